package io.codeb.internal.event;

import io.codeb.event.Event;
import io.codeb.event.RunListener;
import io.codeb.internal.io.OwnThread;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Hands events to listeners, each on a thread of its own that starts with the first event. A run never waits for a
 * listener: progress that a listener is too slow for is replaced by newer progress, and beyond
 * {@value #MAX_WAITING} waiting events the oldest are dropped and logged. Thread-safe.
 */
public final class EventDispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventDispatcher.class);
    private static final int MAX_WAITING = 1_000;

    private final List<Mailbox> mailboxes;

    /**
     * Makes the dispatcher; starts nothing.
     *
     * @param listeners who hears
     * @param patience how long {@link #close()} waits for a listener that is behind
     */
    public EventDispatcher(List<RunListener> listeners, Duration patience) {
        this.mailboxes = listeners.stream()
                .map(listener -> new Mailbox(listener, patience))
                .toList();
    }

    /**
     * Hands an event to every listener. Returns at once.
     *
     * @param event what happened
     */
    public void publish(Event event) {
        for (Mailbox mailbox : mailboxes) {
            mailbox.put(event);
        }
    }

    /** Lets listeners hear what waits, for a bounded time, and ends their threads. */
    @Override
    public void close() {
        mailboxes.forEach(Mailbox::stop);
        mailboxes.forEach(Mailbox::join);
    }

    private static final class Mailbox {
        private final RunListener listener;
        private final Duration patience;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final ArrayDeque<Event> waiting = new ArrayDeque<>();
        private final OwnThread thread = new OwnThread("listener", this::deliver);
        private boolean stopped;
        private long dropped;

        Mailbox(RunListener listener, Duration patience) {
            this.listener = listener;
            this.patience = patience;
        }

        void put(Event event) {
            lock.lock();
            try {
                if (stopped) {
                    return;
                }
                if (event instanceof Event.Progress progress
                        && waiting.peekLast() instanceof Event.Progress last
                        && last.run().equals(progress.run())
                        && last.entry().equals(progress.entry())) {
                    waiting.removeLast();
                }
                if (waiting.size() == MAX_WAITING) {
                    waiting.removeFirst();
                    if (dropped++ == 0) {
                        LOG.warn("a listener is too slow and misses events");
                    }
                }
                waiting.addLast(event);
                changed.signal();
                thread.start();
            } finally {
                lock.unlock();
            }
        }

        private void deliver() {
            // It hears of all runs, and its thread was started by one of them.
            MDC.clear();
            for (Event event = take(); event != null; event = take()) {
                try {
                    listener.on(event);
                } catch (RuntimeException | LinkageError e) {
                    LOG.warn("a listener failed on {}", event, e);
                }
            }
        }

        private @Nullable Event take() {
            lock.lock();
            try {
                while (waiting.isEmpty() && !stopped) {
                    changed.await();
                }
                if (dropped > 0) {
                    LOG.warn("a listener has missed {} events", dropped);
                    dropped = 0;
                }
                return waiting.pollFirst();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            } finally {
                lock.unlock();
            }
        }

        void stop() {
            lock.lock();
            try {
                stopped = true;
                changed.signal();
            } finally {
                lock.unlock();
            }
        }

        void join() {
            if (thread.isCurrent() || thread.await(patience)) {
                return;
            }
            LOG.warn("a listener still works on an event; its thread is interrupted");
            thread.interrupt();
        }
    }
}
