package io.codeb.internal.alert;

import java.time.Duration;
import java.util.Optional;

/**
 * How long to wait before the next try: longer each time, and not without end.
 *
 * @param first before the second try
 * @param most before any try
 * @param total all waits together
 */
record Backoff(Duration first, Duration most, Duration total) {
    private static final int FACTOR = 3;

    static Backoff within(Duration total) {
        return new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(10), total);
    }

    /**
     * The wait after so many tries.
     *
     * @param tries that have failed, 1 or more
     * @return empty where no try is left
     */
    Optional<Duration> after(int tries) {
        Duration waited = Duration.ZERO;
        Duration next = first;
        for (int i = 1; i < tries; i++) {
            waited = waited.plus(next);
            if (waited.compareTo(total) >= 0) {
                return Optional.empty();
            }
            next = shorter(next.multipliedBy(FACTOR), most);
        }
        Duration left = total.minus(waited);
        return left.isZero() || left.isNegative() ? Optional.empty() : Optional.of(shorter(next, left));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
