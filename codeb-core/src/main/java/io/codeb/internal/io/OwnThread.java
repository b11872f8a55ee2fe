package io.codeb.internal.io;

import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one thread that a stream or a listener has beside that of its caller. A daemon, started at most once. */
public final class OwnThread {
    private final String purpose;
    private final Runnable work;
    private @Nullable Thread thread;

    /**
     * Makes it; starts nothing.
     *
     * @param purpose names it, as {@link WorkThread} takes it
     * @param work done once
     */
    public OwnThread(String purpose, Runnable work) {
        this.purpose = purpose;
        this.work = work;
    }

    /** Starts it unless it was started before. */
    public synchronized void start() {
        if (thread == null) {
            Thread starting = WorkThread.of(purpose, work);
            starting.start();
            thread = starting;
        }
    }

    /** Waits for its end, if it was started. An interrupt is kept for whatever waits next. */
    void await() {
        Thread started = started();
        if (started != null) {
            uninterruptibly(() -> {
                started.join();
                return true;
            });
        }
    }

    /**
     * Waits for its end, but not for ever. An interrupt is kept for whatever waits next.
     *
     * @param atMost how long
     * @return whether it has ended
     */
    public boolean await(Duration atMost) {
        Thread started = started();
        if (started == null) {
            return true;
        }
        long end = System.nanoTime() + atMost.toNanos();
        uninterruptibly(() -> {
            started.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            return true;
        });
        return !started.isAlive();
    }

    /**
     * Whether it is this thread that asks.
     *
     * @return false also when it was never started
     */
    public boolean isCurrent() {
        return started() == Thread.currentThread();
    }

    /** Interrupts it, if it was started. */
    public void interrupt() {
        Thread started = started();
        if (started != null) {
            started.interrupt();
        }
    }

    private synchronized @Nullable Thread started() {
        return thread;
    }

    static <T> @Nullable T uninterruptibly(Wait<T> wait) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.run();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @FunctionalInterface
    interface Wait<T> {
        @Nullable
        T run() throws InterruptedException;
    }
}
