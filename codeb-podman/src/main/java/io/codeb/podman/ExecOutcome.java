package io.codeb.podman;

import io.codeb.error.CodeBException;
import java.util.function.Supplier;

/** How a session ended. */
sealed interface ExecOutcome {
    /** The command is proven to have ended. */
    record Ended(int status) implements ExecOutcome {}

    /**
     * Anything else.
     *
     * @param nothingRuns whether it is known that there is nothing to kill
     * @param failure what callers get, made anew for each
     */
    record Failed(boolean nothingRuns, Supplier<CodeBException> failure) implements ExecOutcome {}
}
