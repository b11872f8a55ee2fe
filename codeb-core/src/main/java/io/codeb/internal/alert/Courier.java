package io.codeb.internal.alert;

import io.codeb.alert.AlertChannelStatus;
import io.codeb.alert.AlertCounts;
import io.codeb.alert.AlertDelivery;
import io.codeb.alert.AlertFailure;
import io.codeb.alert.AlertRoute;
import io.codeb.error.AlertException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.io.OwnThread;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Brings alerts to one channel, one after the other, on a thread of its own that starts with the first of them. Who
 * sends one never waits. What cannot be delivered is tried again, longer apart each time, given up in the end, logged
 * and counted. Thread-safe.
 */
final class Courier implements AutoCloseable {
    /** So many wait for a channel that hangs; beyond that the oldest are given up. */
    static final int MAX_WAITING = 200;

    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

    private final String name;
    private final AlertRoute route;
    private final AlertChannel channel;
    private final Backoff backoff;
    private final Clock clock;
    private final Texts texts;
    private final Duration patience;
    private final RateLimit limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock channelLock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Alert> waiting = new ArrayDeque<>();
    private final OwnThread thread = new OwnThread("alerts", this::run);
    private boolean stopped;
    private volatile long stoppedNanos;
    private long delivered;
    private long retried;
    private long undelivered;
    private long heldBack;
    private long heldBackSince;
    private @Nullable Instant deliveredAt;
    private @Nullable AlertFailure failure;

    /**
     * Makes it; starts nothing.
     *
     * @param name as {@link AlertCounts} has it
     * @param most alerts in an hour
     * @param patience how long {@link #close()} waits for what is still to be delivered
     */
    Courier(
            String name,
            AlertRoute route,
            AlertChannel channel,
            int most,
            Backoff backoff,
            Clock clock,
            Texts texts,
            Duration patience) {
        this.name = name;
        this.route = route;
        this.channel = channel;
        this.backoff = backoff;
        this.clock = clock;
        this.texts = texts;
        this.patience = patience;
        this.limit = new RateLimit(most);
    }

    /** Takes an alert, if it is for this channel. Returns at once. */
    void send(Alert alert) {
        if (!route.takes(alert.kind(), alert.project())) {
            return;
        }
        lock.lock();
        try {
            if (stopped) {
                lost(alert, "alerts were closed");
            } else if (alert.severity() != AlertKind.Severity.INFO && !limit.pass(clock.instant())) {
                heldBack++;
                heldBackSince++;
                LOG.warn("{} gets no more alerts in this hour; held back: {}", name, alert.title());
            } else {
                if (waiting.size() == MAX_WAITING) {
                    lost(waiting.removeFirst(), "too many wait for it");
                }
                waiting.addLast(heldBackSince == 0 ? alert : texts.after(alert, heldBackSince));
                heldBackSince = 0;
                changed.signal();
                thread.start();
            }
        } finally {
            lock.unlock();
        }
    }

    private void lost(Alert alert, String why) {
        undelivered++;
        LOG.error("an alert was not delivered to {}, {}: {} {}", name, why, alert.title(), alert.text());
    }

    private void run() {
        // It works for all runs, and was started by one of them.
        MDC.clear();
        for (Alert alert = take(); alert != null; alert = take()) {
            bring(alert);
        }
    }

    private @Nullable Alert take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !stopped) {
                changed.await();
            }
            return waiting.pollFirst();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void bring(Alert alert) {
        for (int tries = 1; ; tries++) {
            CodeBException problem = attempt(alert);
            lock.lock();
            try {
                if (problem == null) {
                    delivered++;
                    return;
                }
                Optional<Duration> pause = problem.retryable() && !stopped ? backoff.after(tries) : Optional.empty();
                if (pause.isEmpty() || !pause(pause.get())) {
                    lost(alert, String.valueOf(problem.getMessage()));
                    return;
                }
                retried++;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether the time has passed, and nobody wants an end. */
    private boolean pause(Duration time) {
        long left = time.toNanos();
        try {
            while (left > 0 && !stopped) {
                left = changed.awaitNanos(left);
            }
            return !stopped;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** One try, whose end is noted. */
    private @Nullable CodeBException attempt(Alert alert) {
        CodeBException problem = handOver(alert);
        Instant now = clock.instant();
        lock.lock();
        try {
            deliveredAt = problem == null ? now : deliveredAt;
            failure = problem == null
                    ? null
                    : new AlertFailure(now, alert.kind(), problem.code(), String.valueOf(problem.getMessage()));
        } finally {
            lock.unlock();
        }
        return problem;
    }

    private @Nullable CodeBException handOver(Alert alert) {
        channelLock.lock();
        try {
            channel.deliver(alert);
            return null;
        } catch (CodeBException e) {
            LOG.debug("{} has not taken an alert: {}", name, e.toString());
            return e;
        } catch (RuntimeException | LinkageError e) {
            // Whatever is in its message may be a secret.
            LOG.warn("channel {} failed with a {}", name, e.getClass().getName());
            return new AlertException(
                    ErrorCode.ALERT_REFUSED,
                    "the channel failed with a " + e.getClass().getSimpleName(),
                    "this is a fault of the channel");
        } finally {
            channelLock.unlock();
        }
    }

    /** One try at once, by the caller's thread, beside whatever waits. */
    AlertDelivery test(Alert alert) {
        return new AlertDelivery(name, attempt(alert));
    }

    AlertCounts counts() {
        lock.lock();
        try {
            return new AlertCounts(name, delivered, retried, undelivered, heldBack, waiting.size());
        } finally {
            lock.unlock();
        }
    }

    AlertChannelStatus status() {
        lock.lock();
        try {
            return new AlertChannelStatus(
                    route.channel().id(),
                    route.kinds(),
                    route.projects(),
                    counts(),
                    Optional.ofNullable(deliveredAt),
                    Optional.ofNullable(failure));
        } finally {
            lock.unlock();
        }
    }

    /** Lets what waits be tried once more, and takes nothing new. Returns at once. */
    void stop() {
        lock.lock();
        try {
            if (!stopped) {
                stopped = true;
                stoppedNanos = System.nanoTime();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits within the patience since it was stopped; what is not delivered then is given up. */
    @Override
    public void close() {
        stop();
        Duration left = patience.minusNanos(System.nanoTime() - stoppedNanos);
        boolean ended = thread.isCurrent() || thread.await(left.isNegative() ? Duration.ZERO : left);
        lock.lock();
        try {
            waiting.forEach(alert -> lost(alert, "alerts were closed"));
            waiting.clear();
        } finally {
            lock.unlock();
        }
        channel.close();
        if (!ended) {
            thread.interrupt();
            thread.await(AFTER_INTERRUPT);
        }
    }
}
