package io.codeb.internal.service;

import io.codeb.Run;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that goes on in one {@link io.codeb.CodeB}, each on a thread of its own, whether its caller waits for it or not:
 * nothing begins once it is closed, and closing ends and awaits what goes on. Thread-safe.
 */
final class Runs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final ThreadLocal<@Nullable Going> CURRENT = new ThreadLocal<>();

    /** For the names of threads alone: nothing else of two instances meets. */
    private static final AtomicInteger INSTANCES = new AtomicInteger();

    private final int instance = INSTANCES.incrementAndGet();
    private final AtomicLong begun = new AtomicLong();
    private final Duration patience;
    private final Object lock = new Object();
    private final Set<Going> going = new HashSet<>();
    private boolean closed;

    /** Something that goes on; by identity. */
    private static final class Going {
        private final String id = UUID.randomUUID().toString();
        private final Cancellation cancellation = new Cancellation();
    }

    /**
     * Makes the empty set; starts nothing.
     *
     * @param patience how long {@link #close()} waits for what was cancelled
     */
    Runs(Duration patience) {
        this.patience = patience;
    }

    static ConfigException closed() {
        return new ConfigException(
                ErrorCode.CLOSED, List.of("this CodeB is closed"), "keep it open for as long as it is used");
    }

    /** The id of what goes on in this thread; a new one where a wrapper works in a thread of its own. */
    static String currentId() {
        Going current = CURRENT.get();
        return current == null ? UUID.randomUUID().toString() : current.id;
    }

    /**
     * Does something while the caller waits; the caller's cancellation, an interrupt and {@link #close()} reach it. It
     * is done on a thread of its own, since an interrupt would close the files and connections of whoever is at work.
     */
    <T> T call(Cancellation outer, Function<Cancellation, T> work) {
        Going within = CURRENT.get();
        if (within != null) {
            return nested(within, outer, work);
        }
        Going call = enter();
        StartedRun<T> started = new StartedRun<>(call.id, call.cancellation);
        // Before it begins: what it does may be what cancels it, and must see that at once.
        Cancellation.Registration registration = link(outer, started::cancel);
        try {
            begin(started, "call", call, work);
            return started.awaitOrCancel();
        } finally {
            registration.close();
        }
    }

    /** What a wrapper calls is done on the thread that the wrapper is on. */
    private <T> T nested(Going within, Cancellation outer, Function<Cancellation, T> work) {
        Going call = enter();
        Cancellation.Registration registration = link(outer, call.cancellation::cancel);
        CURRENT.set(call);
        try {
            return work.apply(call.cancellation);
        } finally {
            registration.close();
            CURRENT.set(within);
            leave(call);
        }
    }

    private static Cancellation.Registration link(Cancellation outer, Consumer<String> inner) {
        return outer.onCancel(() -> inner.accept(outer.reason().orElse("")));
    }

    /** Does something on a thread of its own; {@link Run#cancel} and {@link #close()} reach it. */
    <T> Run<T> start(Function<Cancellation, T> work) {
        Going run = enter();
        StartedRun<T> started = new StartedRun<>(run.id, run.cancellation);
        begin(started, "run", run, work);
        return started;
    }

    private <T> void begin(StartedRun<T> started, String purpose, Going run, Function<Cancellation, T> work) {
        Thread thread =
                WorkThread.of(instance, purpose + "-" + begun.incrementAndGet(), () -> tell(started, run, work));
        try {
            thread.start();
        } catch (OutOfMemoryError noThread) {
            leave(run);
            throw noThread;
        }
    }

    /** The run leaves when its end is told, so that closing waits for that too; what hears of it may close. */
    private <T> void tell(StartedRun<T> started, Going run, Function<Cancellation, T> work) {
        CURRENT.set(run);
        try {
            T result;
            try {
                result = work.apply(run.cancellation);
            } catch (RuntimeException | Error e) {
                started.failed(e);
                return;
            }
            started.succeeded(result);
        } finally {
            CURRENT.remove();
            leave(run);
        }
    }

    private Going enter() {
        Going entered = new Going();
        synchronized (lock) {
            requireOpen();
            going.add(entered);
        }
        return entered;
    }

    /** For what is answered at once. */
    void requireOpen() {
        synchronized (lock) {
            if (closed) {
                throw closed();
            }
        }
    }

    private void leave(Going left) {
        synchronized (lock) {
            going.remove(left);
            lock.notifyAll();
        }
    }

    /** Cancels all that goes on and waits until it has ended, but for what the calling thread itself is in. */
    @Override
    public void close() {
        List<Going> open;
        synchronized (lock) {
            closed = true;
            open = going.stream().filter(run -> run != CURRENT.get()).toList();
        }
        for (Going run : open) {
            try {
                run.cancellation.cancel("CodeB was closed");
            } catch (RuntimeException e) {
                LOG.warn("a run did not take its cancellation well", e);
            }
        }
        long left = awaitEnd(open);
        if (left > 0) {
            LOG.warn("{} runs were cancelled and have not ended in {}; what they use is closed now", left, patience);
        }
    }

    /** Waits through interrupts, which are kept: what is closed under a run leaves its lock and half a database. */
    private long awaitEnd(List<Going> open) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        synchronized (lock) {
            while (true) {
                long left = open.stream().filter(going::contains).count();
                long millis = (deadline - System.nanoTime() + 999_999) / 1_000_000;
                if (left == 0 || millis <= 0) {
                    if (interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    return left;
                }
                try {
                    lock.wait(millis);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
    }
}
