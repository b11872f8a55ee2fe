package io.codeb.postgresql.internal.program;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after a session with psql while somebody waits for it. What has a limit is ended when that is over, and why it
 * took so long is asked in another session; of what has none, the lock that it waits for is logged, or that nobody
 * knows what it waits for, when nothing has moved for half a minute and then ever less often. When that is still so
 * after as long as programs may move nothing, it is ended; a server that says that it is at work is let work.
 *
 * <p>At the limit, the server is asked to end the statement. When it has not done so within a few seconds, psql is
 * ended, as by a cancellation.
 */
public final class Watch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private static final String UNKNOWN = "nobody knows what it waits for";

    private final DatabaseTarget database;
    private final Cancellation session;
    private final WatchTimes times;
    private final Duration idleLimit;
    private final ScheduledThreadPoolExecutor timer = timer();
    private final Object lock = new Object();
    private OptionalInt process = OptionalInt.empty();
    private @Nullable Wait current;
    private @Nullable Limit expired;
    private @Nullable String waitsFor;
    private @Nullable Stuck stuck;

    /** What was given up because nothing moved. */
    private record Stuck(Duration time, Told told) {}

    /**
     * What a session waits for.
     *
     * @param text empty where there is nothing to tell
     * @param byServer whether the server says so; else nobody knows, and the text says why
     */
    private record Told(String text, boolean byServer) {}

    /** Somebody waits. */
    private static final class Wait {
        private final Limit limit;
        private final long since = System.nanoTime();
        private Duration tellAfter;
        private boolean stuckBefore;
        private @Nullable Future<?> due;

        Wait(Limit limit, Duration tellAfter) {
            this.limit = limit;
            this.tellAfter = tellAfter;
        }

        Duration soFar() {
            return Duration.ofNanos(System.nanoTime() - since);
        }
    }

    /**
     * Watches nothing yet, and as patiently as usual.
     *
     * @param database where the session is
     * @param session ends it
     */
    public Watch(DatabaseTarget database, Cancellation session) {
        this(database, session, WatchTimes.USUAL);
    }

    /**
     * Watches nothing yet.
     *
     * @param database where the session is
     * @param session ends it
     * @param times how patient it is
     */
    Watch(DatabaseTarget database, Cancellation session, WatchTimes times) {
        this.database = database;
        this.session = session;
        this.times = times;
        this.idleLimit = database.server().tools().idleLimit();
        long look = noMoreThan(times.look(), idleLimit.dividedBy(4)).toMillis();
        var unused = timer.scheduleWithFixedDelay(this::look, look, look, TimeUnit.MILLISECONDS);
    }

    /** Who waits for less than usual is told earlier, too. */
    private static Duration noMoreThan(Duration usual, Duration share) {
        return share.compareTo(Duration.ofMillis(1)) < 0 || share.compareTo(usual) > 0 ? usual : share;
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, work -> WorkThread.of("psql-watch", work));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Says which process of the server serves the session. */
    public void servedBy(int serverProcess) {
        synchronized (lock) {
            process = OptionalInt.of(serverProcess);
        }
    }

    /** Says that somebody waits from now on. */
    public void begin(Limit limit) {
        Wait wait = new Wait(limit, noMoreThan(times.firstTold(), idleLimit.dividedBy(2)));
        synchronized (lock) {
            current = wait;
            if (!limit.isNone()) {
                plan(wait, limit.time(), () -> expire(wait));
            }
        }
    }

    /** Says that nobody waits any more. */
    public void end() {
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
        Duration soFar = wait.soFar();
        wait.tellAfter = nextLook(wait.tellAfter, soFar);
        Told told = ask(serving, ServerWait::forLock);
        if (told.text().isEmpty() || isOver(wait)) {
            wait.stuckBefore = false;
            return;
        }
        LOG.warn("nothing has moved for {} s: {}", soFar.toSeconds(), told.text());
        if (wait.stuckBefore && !idleLimit.isZero() && soFar.compareTo(idleLimit) >= 0) {
            giveUp(wait, new Stuck(soFar, told), serving);
        }
        wait.stuckBefore = true;
    }

    /** Ever less often, and when the limit is reached. */
    private Duration nextLook(Duration last, Duration soFar) {
        Duration next = last.multipliedBy(2);
        return soFar.compareTo(idleLimit) < 0 && next.compareTo(idleLimit) > 0 ? idleLimit : next;
    }

    private void giveUp(Wait wait, Stuck why, OptionalInt serving) {
        synchronized (lock) {
            if (current != wait) {
                return;
            }
            stuck = why;
        }
        if (why.told().byServer()) {
            endSession(wait, serving);
        } else {
            endSession(wait);
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
        Told told = ask(serving, ServerWait::ofCancelled);
        synchronized (lock) {
            waitsFor = told.text().isEmpty() ? "the server has no such session any more" : told.text();
            lock.notifyAll();
        }
        if (told.byServer()) {
            plan(wait, times.toEnd(), () -> endSession(wait, serving));
        } else {
            endSession(wait);
        }
    }

    private void endSession(Wait wait, OptionalInt serving) {
        if (!isOver(wait)) {
            Told unused = ask(serving, ServerWait::end);
        }
        endSession(wait);
    }

    private void endSession(Wait wait) {
        if (!isOver(wait)) {
            session.cancel("the server has not ended what took too long");
        }
    }

    /** Asks in another session, which is not waited for for ever either. */
    private Told ask(OptionalInt serving, BiFunction<ServerWait, Integer, String> question) {
        if (serving.isEmpty()) {
            return new Told(UNKNOWN + ", since the server has not yet said which process serves it", false);
        }
        try {
            ServerWait server = new ServerWait(database, times.toTell(), new Cancellation());
            return new Told(question.apply(server, serving.getAsInt()), true);
        } catch (CodeBException e) {
            LOG.debug("the server was asked what a session waits for", e);
            return new Told(UNKNOWN + ": " + e.getMessage(), false);
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
    public CodeBException told(CodeBException failure) {
        synchronized (lock) {
            if (stuck != null) {
                return stuck(stuck, failure);
            }
            return expired == null ? failure : late(expired, failure);
        }
    }

    private static EngineException stuck(Stuck stuck, CodeBException failure) {
        boolean locked = stuck.told().byServer();
        return new EngineException(
                locked ? ErrorCode.LOCK_TIMEOUT : ErrorCode.SERVER_UNREACHABLE,
                "nothing has moved for " + stuck.time().toSeconds() + " s: "
                        + stuck.told().text(),
                locked
                        ? "end what it waits for where nobody needs that any more, and try again"
                        : "look at what the server, or its machine or container, waits for, or allow it more time"
                                + " with idleLimit(…)",
                failure);
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
        long deadline = System.nanoTime() + times.toTell().toNanos();
        try {
            for (long left = times.toTell().toNanos();
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
