package io.codeb.internal.repository;

import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Does something again and again on a thread of its own, while a lease is held. */
final class Renewal implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final ScheduledExecutorService thread;

    private Renewal(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /**
     * Begins; the first time is a quarter of the lease from now, so that some may fail.
     *
     * @param name the thread's, as {@link WorkThread} takes it
     * @param lease how long one renewal holds
     * @param renew must not throw
     */
    static Renewal of(String name, Duration lease, Runnable renew) {
        Renewal renewal = new Renewal(Executors.newSingleThreadScheduledExecutor(task -> WorkThread.of(name, task)));
        long period = lease.toMillis() / 4;
        ScheduledFuture<?> unused = renewal.thread.scheduleWithFixedDelay(renew, period, period, TimeUnit.MILLISECONDS);
        return renewal;
    }

    /** Ends it, and waits up to 10 s for one that goes on, so that none comes behind what the caller does next. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
