package io.codeb.podman;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A moment after which something takes too long. */
final class Deadline {
    private final long at;

    private Deadline(long at) {
        this.at = at;
    }

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    static Deadline inNanos(long nanos) {
        return new Deadline(System.nanoTime() + nanos);
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
