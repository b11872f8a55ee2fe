package io.codeb.deploy;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A step that a guard has taken.
 *
 * @param kind what was done
 * @param detail on what, for people
 * @param startedAt when it began
 * @param duration how long it took
 * @param failure empty where it went well
 */
public record GuardStep(
        Kind kind, String detail, Instant startedAt, Duration duration, Optional<GuardFailure> failure) {
    /** What can be done. */
    public enum Kind {
        /** A dump fetched. */
        FETCH,
        /** A backup made, or found and proven. */
        BACKUP,
        /** A look whether what is to be rolled back to can be. */
        CHECK,
        /** The migrations tried on a copy of the database. */
        REHEARSE,
        /** A restore in the place of the database. */
        RESTORE,
        /** A migration. */
        MIGRATE,
        /** Rows counted, and compared with those to roll back to. */
        COUNT,
        /** A probe. */
        PROBE,
        /** The database put back. */
        ROLL_BACK
    }

    /** Takes no null. */
    public GuardStep {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(detail, "detail");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(duration, "duration");
        Objects.requireNonNull(failure, "failure");
    }
}
