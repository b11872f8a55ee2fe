package io.codeb.it.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What an {@link Operator} does.
 *
 * @param access where the database is
 * @param repository where the backups are
 * @param operation what to do
 * @param source what is restored: the id of a backup, or the path of an archive; empty where nothing is
 * @param blow when it is struck
 * @param sabotage what it does wrong; for tests of those who judge it
 */
record Order(Access access, Path repository, Operation operation, String source, Blow blow, Sabotage sabotage) {
    private static final int ACCESS = 5;

    List<String> words() {
        List<String> words = new ArrayList<>(access.words());
        words.addAll(List.of(repository.toString(), operation.name(), source, sabotage.name()));
        words.addAll(blow.words());
        return words;
    }

    static Order parse(List<String> words) {
        List<String> own = words.subList(ACCESS, words.size());
        return new Order(
                Access.parse(words),
                Path.of(own.get(0)),
                Operation.valueOf(own.get(1)),
                own.get(2),
                Blow.parse(own.subList(4, own.size())),
                Sabotage.valueOf(own.get(3)));
    }
}
