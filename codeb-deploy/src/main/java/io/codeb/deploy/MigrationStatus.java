package io.codeb.deploy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which migrations a database has, and which it lacks.
 *
 * @param known whether the tool could say; where it could not, both lists are empty
 * @param applied in their order
 * @param pending in the order in which they will be applied
 */
public record MigrationStatus(boolean known, List<String> applied, List<String> pending) {
    /** How long a tool may take to tell it where nothing else is said: on a busy host its start alone takes a while. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    /** Nobody can say. */
    public static final MigrationStatus UNKNOWN = new MigrationStatus(false, List.of(), List.of());

    /** Copies the lists. */
    public MigrationStatus {
        applied = List.copyOf(applied);
        pending = List.copyOf(pending);
    }

    /**
     * What a tool says.
     *
     * @param applied in their order
     * @param pending in the order in which they will be applied
     * @return the status
     */
    public static MigrationStatus of(List<String> applied, List<String> pending) {
        return new MigrationStatus(true, applied, pending);
    }

    /**
     * The last one that is applied.
     *
     * @return empty where none is, or nobody can say
     */
    public Optional<String> head() {
        return applied.isEmpty() ? Optional.empty() : Optional.of(applied.get(applied.size() - 1));
    }
}
