package io.codeb.postgresql.internal.program;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after a session with psql while somebody waits for it. What has a limit is ended when that is over, and why it
 * took so long is asked in another session; of what has none, the lock that it waits for is logged, when nothing has
 * moved for half a minute and then ever less often.
 *
 * <p>At the limit, the server is asked to end the statement. When it has not done so within a few seconds, psql is
 * ended, as by a cancellation.
 */
final class Watch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    /** For the question what the session waits for. */
    private static final Duration TIME_TO_TELL = Duration.ofSeconds(15);

    /** For the server to end the statement. */
    private static final Duration TIME_TO_END = Duration.ofSeconds(5);

    private static final String UNKNOWN = "nobody knows what it waits for";

    /** When nothing has moved for so long, the lock that is waited for is logged. */
    private static final Duration FIRST_TOLD = Duration.ofSeconds(30);

    /** How often that is looked at, here and without a question to the server. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final DatabaseTarget database;
    private final Cancellation session;
    private final ScheduledThreadPoolExecutor timer = timer();
    private final Object lock = new Object();
    private OptionalInt process = OptionalInt.empty();
    private @Nullable Wait current;
    private @Nullable Limit expired;
    private @Nullable String waitsFor;

    /** Somebody waits. */
    private static final class Wait {
        private final Limit limit;
        private final long since = System.nanoTime();
        private Duration tellAfter = FIRST_TOLD;
        private @Nullable Future<?> due;

        Wait(Limit limit) {
            this.limit = limit;
        }

        Duration soFar() {
            return Duration.ofNanos(System.nanoTime() - since);
        }
    }

    /**
     * Watches nothing yet.
     *
     * @param database where the session is
     * @param session ends it
     */
    Watch(DatabaseTarget database, Cancellation session) {
        this.database = database;
        this.session = session;
        var unused = timer.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, work -> WorkThread.of("psql-watch", work));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Says which process of the server serves the session. */
    void servedBy(int serverProcess) {
        synchronized (lock) {
            process = OptionalInt.of(serverProcess);
        }
    }

    /** Says that somebody waits from now on. */
    void begin(Limit limit) {
        Wait wait = new Wait(limit);
        synchronized (lock) {
            current = wait;
            if (!limit.isNone()) {
                plan(wait, limit.time(), () -> expire(wait));
            }
        }
    }

    /** Says that nobody waits any more. */
    void end() {
        synchronized (lock) {
            if (current != null && current.due != null) {
                current.due.cancel(false);
            }
            current = null;
        }
    }

    private void plan(Wait wait, Duration in, Runnable work) {
        synchronized (lock) {
            if (current == wait && !timer.isShutdown()) {
                wait.due = timer.schedule(work, in.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private boolean isOver(Wait wait) {
        synchronized (lock) {
            return current != wait;
        }
    }

    private void look() {
        Wait wait;
        OptionalInt serving;
        synchronized (lock) {
            wait = current;
            serving = process;
        }
        if (wait == null || !wait.limit.isNone() || wait.soFar().compareTo(wait.tellAfter) < 0) {
            return;
        }
        wait.tellAfter = wait.tellAfter.multipliedBy(2);
        String told = ask(server -> server.forLock(serving)).orElse("");
        if (!told.isEmpty() && !isOver(wait)) {
            LOG.warn("nothing has moved for {} s: {}", wait.soFar().toSeconds(), told);
        }
    }

    private void expire(Wait wait) {
        OptionalInt serving;
        synchronized (lock) {
            if (current != wait) {
                return;
            }
            expired = wait.limit;
            serving = process;
        }
        Optional<String> told =
                serving.isEmpty() ? Optional.empty() : ask(server -> server.ofCancelled(serving.getAsInt()));
        synchronized (lock) {
            waitsFor = told.orElse(UNKNOWN);
            lock.notifyAll();
        }
        if (told.isPresent()) {
            plan(wait, TIME_TO_END, () -> endSession(wait, serving.getAsInt()));
        } else {
            endSession(wait);
        }
    }

    private void endSession(Wait wait, int serving) {
        Optional<String> unused = isOver(wait)
                ? Optional.empty()
                : ask(server -> {
                    server.end(serving);
                    return "";
                });
        endSession(wait);
    }

    private void endSession(Wait wait) {
        if (!isOver(wait)) {
            session.cancel("the server has not ended what took too long");
        }
    }

    /** Asks in another session, which is not waited for either. */
    private Optional<String> ask(Function<ServerWait, String> question) {
        try (TimedCancellation timed = new TimedCancellation(new Cancellation(), TIME_TO_TELL)) {
            return Optional.of(question.apply(new ServerWait(database, timed.cancellation())));
        } catch (CodeBException e) {
            LOG.debug("the server was asked what a session waits for", e);
            return Optional.empty();
        }
    }

    /**
     * Refuses an answer that came too late: the session has been told to end, and does so with whatever comes next.
     *
     * @throws EngineException {@code QUERY_TIMEOUT}
     */
    void requireNotExpired() {
        synchronized (lock) {
            if (expired != null) {
                throw late(expired, null);
            }
        }
    }

    /**
     * What a failure of the session means.
     *
     * @param failure as the session tells it
     * @return what is thrown: that the time was over, where it was
     */
    CodeBException told(CodeBException failure) {
        synchronized (lock) {
            return expired == null ? failure : late(expired, failure);
        }
    }

    private EngineException late(Limit limit, @Nullable CodeBException failure) {
        return new EngineException(
                ErrorCode.QUERY_TIMEOUT,
                "the server has not answered within " + limit + ": " + toldOrNothing(),
                "end what it waits for where nobody needs that any more, and try again",
                failure);
    }

    /** The session ends before the other one has told why. To be called with the lock, which is let go meanwhile. */
    private String toldOrNothing() {
        long deadline = System.nanoTime() + TIME_TO_TELL.toNanos();
        try {
            for (long left = TIME_TO_TELL.toNanos();
                    waitsFor == null && left > 0;
                    left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(lock, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return waitsFor == null ? UNKNOWN : waitsFor;
    }

    @Override
    public void close() {
        end();
        timer.shutdownNow();
    }
}
