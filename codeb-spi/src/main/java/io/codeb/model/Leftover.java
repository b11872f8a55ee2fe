package io.codeb.model;

import java.util.Objects;

/**
 * Something that a run has left where a database lives, or where drills are made.
 *
 * @param kind what it is
 * @param name which one, in words
 * @param run the id of the run that has left it
 * @param keptBecause why it is still there; empty when it was ended
 */
@CheckReturnValue
public record Leftover(Kind kind, String name, String run, String keptBecause) {
    /** What a run can leave. */
    public enum Kind {
        /** Programs that were started for it. */
        PROGRAMS,
        /** A session in the database server. */
        SESSION,
        /** A database that it has made or replaced. */
        DATABASE,
        /** A container that it has made, with all that is in it. */
        CONTAINER
    }

    /** Takes no null. */
    public Leftover {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(keptBecause, "keptBecause");
    }

    /**
     * Something that is gone now.
     *
     * @param kind what it was
     * @param name which one
     * @param run the id of the run that had left it
     * @return it
     */
    public static Leftover ended(Kind kind, String name, String run) {
        return new Leftover(kind, name, run, "");
    }

    /**
     * Says why it is still there.
     *
     * @param why in a few words
     * @return a changed copy
     */
    public Leftover keptBecause(String why) {
        return new Leftover(kind, name, run, why);
    }

    /**
     * Whether it is gone.
     *
     * @return false when it is still there
     */
    public boolean isEnded() {
        return keptBecause.isEmpty();
    }
}
