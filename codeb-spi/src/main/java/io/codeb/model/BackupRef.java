package io.codeb.model;

import java.util.Comparator;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Which backup, of all that there are: {@code repository/project/id}. Sorts by repository, project and time. In JSON it
 * is this text, for a Jackson that has found the modules on the class path.
 *
 * @param repository the name of the repository that it lies in
 * @param project whose backup it is
 * @param id its name there
 */
public record BackupRef(String repository, String project, BackupId id) implements Comparable<BackupRef> {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final Comparator<BackupRef> ORDER = Comparator.comparing(BackupRef::repository)
            .thenComparing(BackupRef::project)
            .thenComparing(BackupRef::id);

    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException when no repository or no project can be named so
     */
    public BackupRef {
        checkName("repository", Objects.requireNonNull(repository, "repository"));
        checkName("project", Objects.requireNonNull(project, "project"));
        Objects.requireNonNull(id, "id");
    }

    /**
     * Whether a repository or a project can have this name: lower-case letters, digits, {@code -} and {@code _}, at
     * most 63, the first of them a letter or digit.
     *
     * @param name any text
     * @return true when it can
     */
    public static boolean isName(String name) {
        return NAME.matcher(Objects.requireNonNull(name, "name")).matches();
    }

    /**
     * Refuses what cannot be a name.
     *
     * @param what whose, in one word, for the exception's message
     * @param name any text
     * @return the name
     * @throws IllegalArgumentException when {@link #isName(String)} says no
     */
    public static String checkName(String what, String name) {
        Objects.requireNonNull(what, "what");
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "a " + what + "'s name is made of a-z, 0-9, - and _, not '" + start(name) + "'");
        }
        return name;
    }

    /**
     * Reads what {@link #toString()} writes.
     *
     * @param text for example {@code offsite/shop/20260102T030405Z-k3f7q2x7}
     * @return the reference
     * @throws IllegalArgumentException when the text is none
     */
    public static BackupRef parse(String text) {
        String[] parts = Objects.requireNonNull(text, "text").split("/", 4);
        if (parts.length != 3 || !isName(parts[0]) || !isName(parts[1]) || !BackupId.isValid(parts[2])) {
            throw unreadable(text);
        }
        return new BackupRef(parts[0], parts[1], new BackupId(parts[2]));
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException("not a backup's repository/project/id: '" + start(text) + "'");
    }

    private static String start(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    @Override
    public int compareTo(BackupRef other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return repository + "/" + project + "/" + id;
    }
}
