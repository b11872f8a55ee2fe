package io.codeb.spi.io;

import io.codeb.model.Cancellation;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A cancellation that also comes by itself, when a time is over: for work that would wait for ever where what it waits
 * for stands still. Has a thread of its own until it is closed. Thread-safe.
 */
public final class TimedCancellation implements AutoCloseable {
    private final Cancellation cancellation = new Cancellation();
    private final Cancellation.Registration registration;
    private final ScheduledThreadPoolExecutor timer;
    private volatile boolean over;

    /**
     * Begins with the time.
     *
     * @param outer whoever cancels it cancels this one too, for the same reason
     * @param time how long the work may take; more than zero
     */
    public TimedCancellation(Cancellation outer, Duration time) {
        Objects.requireNonNull(outer, "outer");
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("no time to work in: " + time);
        }
        timer = new ScheduledThreadPoolExecutor(1, work -> WorkThread.of("timer", work));
        try {
            var unused = timer.schedule(() -> expire(time), time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (Error e) {
            // There are machines and users that can have no more threads.
            timer.shutdownNow();
            throw e;
        }
        registration = outer.onCancel(() -> cancellation.cancel(outer.reason().orElse("")));
    }

    private void expire(Duration time) {
        if (!cancellation.isCancelled()) {
            over = true;
            cancellation.cancel("it was not done within " + text(time));
        }
    }

    /**
     * What the work is given.
     *
     * @return the same one each time
     */
    public Cancellation cancellation() {
        return cancellation;
    }

    /**
     * Whether it is the time that has ended the work.
     *
     * @return false where somebody has cancelled it before
     */
    public boolean isOver() {
        return over;
    }

    /**
     * How a time is told: {@code 60 s}, or {@code 1500 ms} where it is not whole seconds.
     *
     * @param time any
     * @return its text
     */
    public static String text(Duration time) {
        return time.toMillis() % 1_000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    /** Ends the time, and the thread: from now on nothing is cancelled any more. Idempotent, never throws. */
    @Override
    public void close() {
        timer.shutdownNow();
        registration.close();
    }
}
