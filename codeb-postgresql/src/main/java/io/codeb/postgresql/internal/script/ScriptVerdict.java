package io.codeb.postgresql.internal.script;

import io.codeb.model.Reach;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What becomes of a statement. */
sealed interface ScriptVerdict {
    /** It is run as it stands. */
    ScriptVerdict PASS = new Pass();

    /** It is left out, and nobody need know. */
    ScriptVerdict OMIT = new Omit(null);

    /** It is run as it stands. */
    record Pass() implements ScriptVerdict {}

    /**
     * It is left out.
     *
     * @param notice one sentence for the caller; null where nothing is lost
     */
    record Omit(@Nullable String notice) implements ScriptVerdict {}

    /**
     * It is run, and may fail.
     *
     * @param sqlStates the reasons that are none
     * @param what the statement in a few words
     */
    record Tolerate(Set<String> sqlStates, String what) implements ScriptVerdict {}

    /**
     * Something else is run in its place.
     *
     * @param sql whole statements, or none
     */
    record Replace(ByteBuffer sql) implements ScriptVerdict {}

    /**
     * The script is not run.
     *
     * @param what the statement in a few words
     * @param reach what it reaches
     */
    record Refuse(String what, Reach reach) implements ScriptVerdict {}
}
