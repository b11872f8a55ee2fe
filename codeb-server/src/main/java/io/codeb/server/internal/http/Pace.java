package io.codeb.server.internal.http;

import java.util.function.LongSupplier;

/**
 * Tells who is too slow: whoever is waited for, in all, for longer than a grace, and has moved fewer bytes in that time
 * than he must. For one thread.
 */
final class Pace {
    private final long bytesPerSecond;
    private final long graceNanos;
    private final LongSupplier nanos;
    private long bytes;
    private long waited;

    Pace(long bytesPerSecond, long graceNanos, LongSupplier nanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.graceNanos = graceNanos;
        this.nanos = nanos;
    }

    long now() {
        return nanos.getAsLong();
    }

    /** Whether it is too slow, after some bytes that were waited for since a time. */
    boolean isTooSlow(long since, long moved) {
        waited += nanos.getAsLong() - since;
        bytes += moved;
        return waited > graceNanos && bytes < waited / 1_000_000_000.0 * bytesPerSecond;
    }
}
