package io.codeb.podman;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A moment after which something takes too long. */
final class Deadline {
    private final long nanos;
    private final long at;

    private Deadline(long nanos) {
        this.nanos = nanos;
        this.at = System.nanoTime() + nanos;
    }

    static Deadline in(Duration time) {
        return new Deadline(time.toNanos());
    }

    static Deadline inNanos(long nanos) {
        return new Deadline(nanos);
    }

    /** A new one, as far from now as this one was when it was made. */
    Deadline again() {
        return new Deadline(nanos);
    }

    /** How long it was from the beginning, in milliseconds. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    boolean passed() {
        return at - System.nanoTime() <= 0;
    }

    /** At least 1 while time is left, so that it is never taken for "for ever"; 0 afterwards. */
    long millisLeft() {
        long nanos = at - System.nanoTime();
        return nanos <= 0 ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
    }
}
