package io.codeb.model;

import io.codeb.error.CancelledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request to end a run early, shared by who asks and who works. Thread-safe. Once cancelled it stays so.
 */
public final class Cancellation {
    private final Object lock = new Object();
    private final List<Runnable> actions = new ArrayList<>();
    private @Nullable String reason;

    /** Makes one that nobody has cancelled. */
    public Cancellation() {}

    /**
     * Asks the run to end. Runs what was registered, each once; what one of them throws does not stop the others. Only
     * the first call counts.
     *
     * @param why for the exception's message
     */
    public void cancel(String why) {
        Objects.requireNonNull(why, "why");
        List<Runnable> due;
        synchronized (lock) {
            if (reason != null) {
                return;
            }
            reason = why;
            due = new ArrayList<>(actions);
            actions.clear();
        }
        RuntimeException failure = null;
        for (Runnable action : due) {
            try {
                action.run();
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Whether somebody has cancelled.
     *
     * @return true from the first {@link #cancel(String)} on
     */
    public boolean isCancelled() {
        synchronized (lock) {
            return reason != null;
        }
    }

    /**
     * Why somebody has cancelled.
     *
     * @return empty while nobody has
     */
    public Optional<String> reason() {
        synchronized (lock) {
            return Optional.ofNullable(reason);
        }
    }

    /**
     * Ends the work of a thread that sees the request.
     *
     * @throws CancelledException when somebody has cancelled
     */
    public void throwIfCancelled() {
        String why;
        synchronized (lock) {
            why = reason;
        }
        if (why != null) {
            throw new CancelledException(why);
        }
    }

    /**
     * Registers what wakes up a blocked worker. Runs at once, on this thread, when somebody has cancelled already;
     * otherwise on the canceller's thread.
     *
     * @param action short, and safe to run at any moment
     * @return unregisters the action
     */
    public Registration onCancel(Runnable action) {
        Objects.requireNonNull(action, "action");
        synchronized (lock) {
            if (reason == null) {
                actions.add(action);
                return () -> {
                    synchronized (lock) {
                        actions.remove(action);
                    }
                };
            }
        }
        action.run();
        return () -> {};
    }

    /**
     * Lets time pass, and ends the work of a thread that hears the request meanwhile.
     *
     * @param time how long; nothing is waited where it is not above zero
     * @throws CancelledException when somebody has cancelled, or the thread was interrupted, and still is
     */
    public void pause(Duration time) {
        Objects.requireNonNull(time, "time");
        CountDownLatch cancelled = new CountDownLatch(1);
        Registration registration = onCancel(cancelled::countDown);
        try {
            boolean unused = cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("the thread was interrupted");
        } finally {
            registration.close();
        }
        throwIfCancelled();
    }

    /** Undoes {@link #onCancel(Runnable)}. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        /** Unregisters the action. Idempotent. */
        @Override
        void close();
    }
}
