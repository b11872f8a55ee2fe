package io.codeb.postgresql.internal.program;

import io.codeb.spi.io.TimedCancellation;
import java.time.Duration;

/**
 * How long the server may take for a question of ours.
 *
 * @param time more than zero; or zero for as long as it takes
 */
public record Limit(Duration time) {
    /** For what is answered at once unless something is in its way. */
    public static final Limit SHORT = new Limit(Duration.ofSeconds(60));

    /** For what copies or removes the files of a new database, and waits for the server to have written all others. */
    public static final Limit FILES = new Limit(Duration.ofMinutes(10));

    /** For what takes as long as the data are many: only a cancellation ends it, and what it waits for is logged. */
    public static final Limit NONE = new Limit(Duration.ZERO);

    /** Takes no negative time. */
    public Limit {
        if (time.isNegative()) {
            throw new IllegalArgumentException("a limit is not negative: " + time);
        }
    }

    boolean isNone() {
        return time.isZero();
    }

    @Override
    public String toString() {
        return TimedCancellation.text(time);
    }
}
