package io.codeb.server.internal.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets nobody try secrets in a row: who has shown too many wrong ones is not listened to for a while, whatever he shows
 * then. Thread-safe; bounded, by forgetting those first of whom nothing was heard for the longest time.
 */
public final class LockOut {
    private static final int ADDRESSES = 10_000;

    private final int most;
    private final Duration within;
    private final Clock clock;
    private final Map<String, Deque<Instant>> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<Instant>> eldest) {
            return size() > ADDRESSES;
        }
    };

    /**
     * Makes it; nobody is locked out.
     *
     * @param most how many wrong ones one may show
     * @param within in which time
     * @param clock tells the time
     */
    public LockOut(int most, Duration within, Clock clock) {
        this.most = most;
        this.within = within;
        this.clock = clock;
    }

    /**
     * Tells whether somebody is locked out.
     *
     * @param address where from he asks
     * @return for how long still; empty where he is not
     */
    public synchronized Optional<Duration> of(String address) {
        Deque<Instant> of = recent(address);
        if (of == null || of.size() < most) {
            return Optional.empty();
        }
        return Optional.of(Duration.between(clock.instant(), of.getFirst().plus(within)));
    }

    /**
     * Somebody has shown what is worth nothing.
     *
     * @param address where from
     */
    public synchronized void failed(String address) {
        Deque<Instant> of = failures.computeIfAbsent(address, unused -> new ArrayDeque<>());
        if (of.size() == most) {
            of.removeFirst();
        }
        of.addLast(clock.instant());
    }

    private @Nullable Deque<Instant> recent(String address) {
        Deque<Instant> of = failures.get(address);
        if (of == null) {
            return null;
        }
        Instant since = clock.instant().minus(within);
        while (!of.isEmpty() && !of.getFirst().isAfter(since)) {
            of.removeFirst();
        }
        if (of.isEmpty()) {
            failures.remove(address);
        }
        return of;
    }
}
