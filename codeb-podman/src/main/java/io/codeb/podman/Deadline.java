package io.codeb.podman;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A moment after which something takes too long. Who waits for a number of milliseconds asks {@link #millisLeft()} once
 * for each wait: most ways of waiting take 0 for "for ever", and time may pass between two looks.
 */
final class Deadline {
    private final LongSupplier clock;
    private final long nanos;
    private final long at;

    /** @param clock nanoseconds, as {@link System#nanoTime()} counts them */
    Deadline(long nanos, LongSupplier clock) {
        this.clock = clock;
        this.nanos = nanos;
        this.at = clock.getAsLong() + nanos;
    }

    static Deadline in(Duration time) {
        return inNanos(time.toNanos());
    }

    static Deadline inNanos(long nanos) {
        return new Deadline(nanos, System::nanoTime);
    }

    /** A new one, as far from now as this one was when it was made. */
    Deadline again() {
        return new Deadline(nanos, clock);
    }

    /** How long it was from the beginning, in milliseconds. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    boolean passed() {
        return at - clock.getAsLong() <= 0;
    }

    /** At least 1 while time is left, so that it is never taken for "for ever"; 0 afterwards. */
    long millisLeft() {
        long left = at - clock.getAsLong();
        return left <= 0 ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(left));
    }
}
