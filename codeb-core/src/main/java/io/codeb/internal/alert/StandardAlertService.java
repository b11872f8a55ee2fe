package io.codeb.internal.alert;

import io.codeb.alert.AlertChannelStatus;
import io.codeb.alert.AlertCounts;
import io.codeb.alert.AlertDelivery;
import io.codeb.alert.AlertRoute;
import io.codeb.alert.AlertService;
import io.codeb.alert.Alerts;
import io.codeb.error.CancelledException;
import io.codeb.event.RunListener;
import io.codeb.internal.io.OwnThread;
import io.codeb.model.Cancellation;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.provider.ProviderConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The alerts of one {@link io.codeb.CodeB}. Starts no thread until there is something to tell or to watch. */
public final class StandardAlertService implements AlertService, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StandardAlertService.class);
    private static final Duration MOST_OFTEN = Duration.ofMinutes(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final Clock clock;
    private final Texts texts;
    private final List<Courier> couriers = new ArrayList<>();
    private final Watch watch;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Cancellation closing = new Cancellation();
    private final OwnThread watching = new OwnThread("alerts-watch", this::watchOn);
    private long everyNanos;
    private boolean closed;

    /**
     * Makes it, and the channels.
     *
     * @param alerts what to tell, and to whom
     * @param channels makes a channel
     * @param circumstances how projects stand
     * @param clock tells the time
     */
    public StandardAlertService(
            Alerts alerts, Function<ProviderConfig, AlertChannel> channels, Circumstances circumstances, Clock clock) {
        this.clock = clock;
        this.texts = new Texts(alerts.locale());
        try {
            for (AlertRoute route : alerts.routes()) {
                couriers.add(new Courier(
                        route.channel().id() + "-" + (couriers.size() + 1),
                        route,
                        channels.apply(route.channel()),
                        alerts.mostPerHour(),
                        Backoff.within(alerts.giveUpAfter()),
                        clock,
                        texts,
                        CLOSE_PATIENCE));
            }
        } catch (RuntimeException e) {
            couriers.forEach(Courier::close);
            throw e;
        }
        this.watch = new Watch(alerts, circumstances, clock, texts, this::tell);
    }

    private void tell(Alert alert) {
        couriers.forEach(courier -> courier.send(alert));
    }

    /**
     * What hears of runs.
     *
     * @return a listener
     */
    public RunListener listener() {
        return watch;
    }

    @Override
    public List<Alert> check(Cancellation cancellation) {
        return watch.check(cancellation);
    }

    @Override
    public void watch(Duration every) {
        if (every.compareTo(MOST_OFTEN) < 0) {
            throw new IllegalArgumentException("a watch looks once a minute at most, not every " + every);
        }
        lock.lock();
        try {
            everyNanos = every.compareTo(Duration.ofDays(365)) > 0
                    ? Duration.ofDays(365).toNanos()
                    : every.toNanos();
            changed.signalAll();
            if (!closed) {
                watching.start();
            }
        } finally {
            lock.unlock();
        }
    }

    private void watchOn() {
        try {
            do {
                try {
                    watch.check(closing);
                } catch (CancelledException e) {
                    return;
                } catch (RuntimeException | LinkageError e) {
                    LOG.error("the watch over backups failed, and goes on", e);
                }
            } while (awaitNext());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether to look again: when the time is over that is set then. */
    private boolean awaitNext() throws InterruptedException {
        long since = System.nanoTime();
        lock.lock();
        try {
            while (!closed) {
                long left = everyNanos - (System.nanoTime() - since);
                if (left <= 0) {
                    return true;
                }
                long unused = changed.awaitNanos(left);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<AlertDelivery> test() {
        Alert alert = texts.alert(new Topic(AlertKind.TEST, "", ""), Alert.State.RAISED, clock.instant(), Map.of());
        return couriers.stream().map(courier -> courier.test(alert)).toList();
    }

    @Override
    public List<AlertCounts> counts() {
        return couriers.stream().map(Courier::counts).toList();
    }

    @Override
    public List<AlertChannelStatus> channels() {
        return couriers.stream().map(Courier::status).toList();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        closing.cancel("CodeB is closed");
        if (!watching.await(CLOSE_PATIENCE)) {
            watching.interrupt();
        }
        couriers.forEach(Courier::stop);
        couriers.forEach(Courier::close);
    }
}
