package io.codeb.internal.io;

import io.codeb.model.Cancellation;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Lets so many bytes pass in a second, over all threads that use it: a bucket of tokens that fills at that rate, and
 * holds a quarter of a second's. Who takes more than there is pauses until they are there, before anybody who comes
 * later. Thread-safe.
 */
public final class Bandwidth {
    /** How many bytes are best taken at once. */
    public static final int PIECE_BYTES = 64 * 1024;

    private static final long BURST_NANOS = Duration.ofMillis(250).toNanos();
    private static final double SECOND_NANOS = 1e9;

    private final long bytesPerSecond;
    private final LongSupplier nanoTime;
    private final Pause pause;

    /** Until when all that was taken is paid for. */
    private long paidUntil;

    /** Lets time pass. */
    @FunctionalInterface
    public interface Pause {
        /**
         * Lets it pass.
         *
         * @param cancellation ends it early
         * @param time how long
         * @throws io.codeb.error.CancelledException when somebody has cancelled
         */
        void pause(Cancellation cancellation, Duration time);
    }

    /**
     * One that is full, by a clock of the caller's.
     *
     * @param bytesPerSecond above 0
     * @param nanoTime tells the time
     * @param pause lets it pass
     */
    public Bandwidth(long bytesPerSecond, LongSupplier nanoTime, Pause pause) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a bandwidth of " + bytesPerSecond + " bytes per second");
        }
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.paidUntil = nanoTime.getAsLong() - BURST_NANOS;
    }

    /**
     * One that is full.
     *
     * @param bytesPerSecond above 0
     */
    public static Bandwidth of(long bytesPerSecond) {
        return new Bandwidth(bytesPerSecond, System::nanoTime, Cancellation::pause);
    }

    /**
     * Takes tokens, and pauses until they are there.
     *
     * @param bytes how many
     * @param cancellation ends the pause
     * @throws io.codeb.error.CancelledException when somebody has cancelled
     */
    public void take(long bytes, Cancellation cancellation) {
        long missing = reserve(bytes);
        if (missing > 0) {
            pause.pause(cancellation, Duration.ofNanos(missing));
        }
    }

    private synchronized long reserve(long bytes) {
        long now = nanoTime.getAsLong();
        if (paidUntil - now < -BURST_NANOS) {
            paidUntil = now - BURST_NANOS;
        }
        paidUntil += Math.round(bytes * SECOND_NANOS / bytesPerSecond);
        return paidUntil - now;
    }
}
