package io.codeb.postgresql.internal.restore;

import io.codeb.error.CodeBException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Trying again for a while, where the server may be coming back from a crash. */
final class Patience {
    /**
     * From the first failure on. PostgreSQL is back from a crash in a few seconds where there is little to recover, and
     * a service or a machine that is started anew within a minute.
     */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private Patience() {}

    /**
     * Does something that may be done more than once, until it is done or time does not help: once a second, for 90 s.
     *
     * @param attempt what is to be done
     * @return what it answers
     * @throws CodeBException why the last attempt failed; an interrupted thread makes no further one, and stays
     *     interrupted
     */
    static <T> T with(Supplier<T> attempt) {
        return with(attempt, System::nanoTime, Patience::pause);
    }

    /**
     * The same by another clock.
     *
     * @param nanos what the time is
     * @param pause waits before the next attempt; whether there may be one
     */
    static <T> T with(Supplier<T> attempt, LongSupplier nanos, BooleanSupplier pause) {
        OptionalLong deadline = OptionalLong.empty();
        while (true) {
            try {
                return attempt.get();
            } catch (CodeBException e) {
                long now = nanos.getAsLong();
                if (deadline.isEmpty()) {
                    deadline = OptionalLong.of(now + LIMIT.toNanos());
                }
                if (!e.code().retryable() || now - deadline.getAsLong() >= 0 || !pause.getAsBoolean()) {
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
