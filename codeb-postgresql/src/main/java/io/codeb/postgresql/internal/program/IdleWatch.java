package io.codeb.postgresql.internal.program;

import io.codeb.model.Cancellation;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a program that bytes go through, when none has moved for too long and it is the program that is waited for: not
 * whoever feeds it, nor whoever takes what it gives. Thread-safe.
 */
public final class IdleWatch implements AutoCloseable {
    private final Duration limit;
    private final LongSupplier nanos;
    private final Cancellation cancellation = new Cancellation();
    private final Cancellation.Registration registration;
    private final @Nullable ScheduledThreadPoolExecutor timer;
    private long lastMoved;
    private boolean starved;
    private boolean awaited;
    private boolean over;

    /**
     * Watches from now on.
     *
     * @param limit how long nothing may move; zero for as long as it likes
     * @param outer whoever cancels it cancels the program too, for the same reason
     */
    public IdleWatch(Duration limit, Cancellation outer) {
        this(limit, outer, System::nanoTime);
    }

    IdleWatch(Duration limit, Cancellation outer, LongSupplier nanos) {
        this.limit = limit;
        this.nanos = nanos;
        this.lastMoved = nanos.getAsLong();
        this.registration =
                outer.onCancel(() -> cancellation.cancel(outer.reason().orElse("")));
        if (limit.isZero()) {
            timer = null;
            return;
        }
        timer = new ScheduledThreadPoolExecutor(1, work -> WorkThread.of("idle", work));
        long look = Math.max(1, limit.dividedBy(8).toMillis());
        var unused = timer.scheduleWithFixedDelay(this::look, look, look, TimeUnit.MILLISECONDS);
    }

    /** What the program is started with. */
    public Cancellation cancellation() {
        return cancellation;
    }

    /** Says whether the program has to wait for its input. */
    public synchronized void starved(boolean now) {
        starved = now;
        lastMoved = nanos.getAsLong();
    }

    /** Says whether somebody waits for what the program gives. */
    public synchronized void awaited(boolean now) {
        awaited = now;
        lastMoved = nanos.getAsLong();
    }

    void look() {
        synchronized (this) {
            if (starved || !awaited || nanos.getAsLong() - lastMoved < limit.toNanos() || cancellation.isCancelled()) {
                return;
            }
            over = true;
        }
        cancellation.cancel("it moved no byte for " + TimedCancellation.text(limit));
    }

    /** Whether it is this that has ended the program. */
    public synchronized boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
        registration.close();
    }
}
