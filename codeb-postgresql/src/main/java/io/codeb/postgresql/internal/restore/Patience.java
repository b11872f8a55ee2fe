package io.codeb.postgresql.internal.restore;

import io.codeb.error.CodeBException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Trying again for a while, where the server may be coming back from a crash. */
final class Patience {
    /** One a second: PostgreSQL is back from a crash in a few seconds where there is little to recover. */
    private static final int ATTEMPTS = 30;

    private Patience() {}

    /**
     * Does something that may be done more than once, until it is done or time does not help.
     *
     * @param attempt what is to be done
     * @return what it answers
     * @throws CodeBException why the last attempt failed; an interrupted thread makes no further one, and stays
     *     interrupted
     */
    static <T> T with(Supplier<T> attempt) {
        for (int attempts = 1; ; attempts++) {
            try {
                return attempt.get();
            } catch (CodeBException e) {
                if (!e.code().retryable() || attempts == ATTEMPTS || !pause()) {
                    throw e;
                }
            }
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
