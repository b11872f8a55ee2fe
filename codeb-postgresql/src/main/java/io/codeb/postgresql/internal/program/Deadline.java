package io.codeb.postgresql.internal.program;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A limit that has begun, for all that is tried until something is done. Used by one thread. */
public final class Deadline {
    private static final Duration LEAST = Duration.ofMillis(1);

    private final LongSupplier nanos;
    private final long begun;
    private final Limit limit;

    /**
     * Begins.
     *
     * @param limit for all of it; not {@link Limit#NONE}
     */
    public Deadline(Limit limit) {
        this(limit, System::nanoTime);
    }

    Deadline(Limit limit, LongSupplier nanos) {
        if (limit.isNone()) {
            throw new IllegalArgumentException("what takes as long as it takes has no deadline");
        }
        this.limit = limit;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    /** What is left for the next attempt: at least a millisecond, at which it fails. */
    public Limit left() {
        Duration left = limit.time().minusNanos(nanos.getAsLong() - begun);
        return new Limit(left.compareTo(LEAST) < 0 ? LEAST : left);
    }

    /** Whether there is no time for another attempt. */
    public boolean isOver() {
        return nanos.getAsLong() - begun >= limit.time().toNanos();
    }
}
