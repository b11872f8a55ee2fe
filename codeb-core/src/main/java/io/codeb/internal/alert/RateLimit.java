package io.codeb.internal.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/** Lets so many pass within any hour. For one thread. */
final class RateLimit {
    private static final Duration HOUR = Duration.ofHours(1);

    private final int most;
    private final ArrayDeque<Instant> passed = new ArrayDeque<>();

    RateLimit(int most) {
        this.most = most;
    }

    /** Whether one more may pass, which it then has. */
    boolean pass(Instant now) {
        // One that passed in the future, before the clock was set back, holds nobody up for longer than an hour.
        passed.removeIf(at -> Duration.between(at, now).abs().compareTo(HOUR) >= 0);
        if (passed.size() >= most) {
            return false;
        }
        passed.add(now);
        return true;
    }
}
