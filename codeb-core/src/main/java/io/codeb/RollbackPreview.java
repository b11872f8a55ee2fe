package io.codeb;

import io.codeb.model.ReplacedDatabase;
import io.codeb.model.RowDifference;
import java.time.Duration;
import java.util.List;

/**
 * What a roll-back would change, told before it is done.
 *
 * @param project on whose server
 * @param database its name
 * @param restored what would be live again, as it is kept
 * @param differences the tables that have other numbers of rows in both databases, in the order of their names
 * @param duration how long the look took
 */
public record RollbackPreview(
        String project,
        String database,
        ReplacedDatabase restored,
        List<RowDifference> differences,
        Duration duration) {
    /** Copies the list. */
    public RollbackPreview {
        differences = List.copyOf(differences);
    }

    /**
     * How many rows that are live now would not be live any more, by count. They are kept with what is replaced.
     *
     * @return the sum over all tables
     */
    public long missingRows() {
        return differences.stream().mapToLong(RowDifference::missing).sum();
    }
}
