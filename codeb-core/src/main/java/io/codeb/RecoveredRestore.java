package io.codeb;

import java.util.Objects;

/**
 * A restore whose process died, and what became of it. There is no third state: the database holds all of what was
 * restored, or what it held before.
 *
 * @param run its run's id
 * @param project whose database it was
 * @param database which one it restored
 * @param outcome what became of it
 */
public record RecoveredRestore(String run, String project, String database, Outcome outcome) {
    /** What can become of a restore that nobody ended. */
    public enum Outcome {
        /** Its last step was done: the database is the restored one. */
        FINISHED,
        /** Its last step was not done: the database is as it was before, and what was loaded beside it is gone. */
        UNDONE,
        /** What is left of it could not be ended, and can still do its last step; the next recovery looks again. */
        UNDECIDED,
        /** The server cannot tell: it is another one than it was, or has forgotten. Look at the database. */
        UNKNOWN
    }

    /** Takes no null. */
    public RecoveredRestore {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(outcome, "outcome");
    }
}
