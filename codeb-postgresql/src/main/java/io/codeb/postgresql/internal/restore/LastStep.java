package io.codeb.postgresql.internal.restore;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.model.Notice;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The last step of a restore, after which it is done. One that fails may have been done all the same, when its answer
 * was lost or the run was cancelled too late: what counts is what is there.
 */
final class LastStep {
    private LastStep() {}

    /** Nothing is cleaned up behind it: nobody knows what is there. */
    static final class UnknownOutcome extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient EngineException told;

        UnknownOutcome(EngineException told) {
            super(told);
            this.told = told;
        }

        /** What the caller is told. */
        EngineException told() {
            return told;
        }
    }

    /**
     * Does the step, and looks at what is there if that fails.
     *
     * @param database what it is done to
     * @param notices hears when it was done and failed all the same
     * @param step what is to be done
     * @param done asks, in a session of its own, whether it was
     * @param maybe what there can be where nobody can tell
     * @return whether its answer arrived; else its session is lost, and perhaps left with its psql
     * @throws UnknownOutcome where nobody can tell
     */
    static boolean take(String database, List<Notice> notices, Runnable step, BooleanSupplier done, String maybe) {
        try {
            step.run();
            return true;
        } catch (CodeBException e) {
            settle(database, notices, e, done, maybe);
            return false;
        }
    }

    /** Goes on when a step was done though it failed; else tells that it was not. */
    private static void settle(
            String database, List<Notice> notices, CodeBException failure, BooleanSupplier done, String maybe) {
        if (found(done, failure, maybe)) {
            notices.add(new Notice(
                    "answer-lost",
                    "the last step of the restore was done, though its answer did not arrive: "
                            + failure.getMessage()));
            return;
        }
        throw failure.code().retryable()
                ? new EngineException(
                        failure.code(),
                        failure.getMessage() + "; the last step was not done, and what " + database
                                + " was before, it still is",
                        failure.hint(),
                        failure)
                : failure;
    }

    /** Asks whether something was done; for a while, since the server may be coming back. */
    private static boolean found(BooleanSupplier done, CodeBException failure, String maybe) {
        try {
            return Patience.with(done::getAsBoolean);
        } catch (CodeBException e) {
            failure.addSuppressed(e);
            throw new UnknownOutcome(new EngineException(
                    failure.code(),
                    failure.getMessage() + "; and it cannot be told what became of it: " + maybe,
                    "look at the server's databases before you run it again",
                    failure));
        }
    }
}
