package io.codeb.postgresql.internal.restore;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.program.Together;
import io.codeb.postgresql.internal.script.StatementKind;
import io.codeb.spi.engine.DatabaseTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that build indexes and check foreign keys at the same time, beside the one that a script goes into. Of two
 * statements that lock the same table in ways that exclude each other, the second one of the script is begun when the
 * first one is done: so none waits in the server for one that waits for it. Any that fails ends all.
 *
 * <p>Used by the thread that makes it.
 */
final class BuildersBeside implements AutoCloseable {
    /** How much is known ahead of what is done. */
    private static final int MOST_WAITING = 64;

    private static final String DEADLOCK = "40P01";
    private static final int ATTEMPTS = 3;

    private final RestoreJob job;
    private final PsqlLoad main;
    private final DatabaseTarget database;
    private final int most;
    private final ScriptSettings settings;
    private final Together together;
    private final Object lock = new Object();

    /** What is not done yet, in the order of the script. */
    private final List<Task> tasks = new ArrayList<>();

    private final List<Notice> notices = new ArrayList<>();
    private int begun;
    private int working;
    private boolean closed;

    /** A statement that is done by whoever takes it. */
    private static final class Task {
        private final byte[] sql;
        private final String head;
        private final StatementKind kind;
        private final long weight;
        private boolean taken;

        Task(byte[] sql, String head, StatementKind kind, long weight) {
            this.sql = sql;
            this.head = head;
            this.kind = kind;
            this.weight = weight;
        }
    }

    /**
     * Makes it. No session is begun before there is something to do.
     *
     * @param main the session that the script goes into
     * @param database where they build
     * @param most how many sessions at the most
     * @param settings the statements that make a session like the one that the script goes into; they change only while
     *     nothing is left to do
     */
    BuildersBeside(RestoreJob job, PsqlLoad main, DatabaseTarget database, int most, ScriptSettings settings) {
        this.job = job;
        this.main = main;
        this.database = database;
        this.most = most;
        this.settings = settings;
        this.together = new Together(job.cancellation());
    }

    /**
     * Hands a statement over, and waits only where many wait already.
     *
     * @param sql the statement with its semicolon
     * @param head how it begins, for messages
     * @param kind what it does
     * @param weight what has more of it is begun first, where there is a choice
     */
    void begin(byte[] sql, String head, StatementKind kind, long weight) {
        await(() -> tasks.size() < MOST_WAITING);
        synchronized (lock) {
            tasks.add(new Task(sql, head, kind, weight));
            lock.notifyAll();
            if (working < most && working < tasks.size() && notices.isEmpty()) {
                working++;
                begun++;
                together.begin("build-" + begun, () -> work(together.cancellation()));
            }
        }
    }

    /** Waits until nothing is left to do that must not be done at the same time as a statement. */
    void awaitBefore(StatementKind kind) {
        await(() -> tasks.stream().noneMatch(task -> task.kind.conflictsWith(kind)));
    }

    /** Waits until nothing is left to do. */
    void awaitAll() {
        await(tasks::isEmpty);
    }

    /** Waits until all is done, and ends the sessions. */
    void finish() {
        awaitAll();
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        together.await();
        job.notices().addAll(notices);
    }

    /** Why all came to nothing whose other part has told something: perhaps because of one of these. */
    CodeBException reason(CodeBException told) {
        return together.reason(told);
    }

    /** Does by itself what is left where the server lets no other session in. */
    private void await(BooleanSupplier done) {
        while (true) {
            Task task;
            synchronized (lock) {
                if (together.cancellation().isCancelled() || done.getAsBoolean()) {
                    break;
                }
                task = working == 0 ? next() : null;
                if (task == null) {
                    sleep();
                    continue;
                }
            }
            main.run(task.sql, task.head);
            done(task);
        }
        if (together.cancellation().isCancelled()) {
            together.await();
            job.cancellation().throwIfCancelled();
        }
    }

    /** To be called with the lock. */
    private void sleep() {
        try {
            TimeUnit.SECONDS.timedWait(lock, 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("the thread was interrupted");
        }
    }

    /** Takes the heaviest that nothing before it excludes; null where there is none. To be called with the lock. */
    private @Nullable Task next() {
        Task best = null;
        for (int i = 0; i < tasks.size(); i++) {
            Task task = tasks.get(i);
            boolean free = !task.taken
                    && tasks.subList(0, i).stream().noneMatch(before -> before.kind.conflictsWith(task.kind));
            if (free && (best == null || task.weight > best.weight)) {
                best = task;
            }
        }
        if (best != null) {
            best.taken = true;
        }
        return best;
    }

    /** Waits for something to do; null when all is done. */
    private @Nullable Task take(Cancellation cancelled) {
        synchronized (lock) {
            while (true) {
                cancelled.throwIfCancelled();
                Task task = next();
                if (task != null || closed) {
                    return task;
                }
                sleep();
            }
        }
    }

    private void done(Task task) {
        synchronized (lock) {
            tasks.remove(task);
            lock.notifyAll();
        }
    }

    private void work(Cancellation cancelled) {
        Task task = null;
        try {
            for (int attempt = 1; ; attempt++) {
                try (PsqlLoad psql = new PsqlLoad(database, cancelled)) {
                    LazyCommits commits = begin(psql);
                    if (commits == null) {
                        giveBack(task);
                        return;
                    }
                    List<byte[]> set = List.of();
                    task = task == null ? take(cancelled) : task;
                    while (task != null) {
                        set = set(psql, set);
                        psql.run(task.sql, task.head);
                        done(task);
                        task = take(cancelled);
                    }
                    commits.end();
                    psql.finish();
                    return;
                } catch (EngineException e) {
                    if (task == null
                            || attempt == ATTEMPTS
                            || !Diagnosis.stateOf(e).equals(DEADLOCK)) {
                        throw e;
                    }
                }
            }
        } finally {
            synchronized (lock) {
                working--;
                lock.notifyAll();
            }
        }
    }

    private @Nullable LazyCommits begin(PsqlLoad psql) {
        try {
            psql.statement(OwnSession.unlimited(job.serverMajor()));
            psql.statement(roomToBuild(most + 1));
            return LazyCommits.begin(psql);
        } catch (EngineException e) {
            synchronized (lock) {
                notices.add(new Notice(
                        "fewer-sessions",
                        "one session less than was wanted has built indexes of large tables: " + e.getMessage()));
            }
            return null;
        }
    }

    private void giveBack(@Nullable Task task) {
        synchronized (lock) {
            if (task != null) {
                task.taken = false;
            }
        }
    }

    private List<byte[]> set(PsqlLoad psql, List<byte[]> before) {
        List<byte[]> now = settings.all();
        if (now != before) {
            now.forEach(setting -> psql.run(setting, ""));
        }
        return now;
    }

    /**
     * Lets a session have more memory to build an index than the server gives to one of many, where the server has been
     * given so much that all sessions together then have no more than half of what it keeps pages in.
     *
     * @param sessions how many there are
     */
    static String roomToBuild(int sessions) {
        return "SELECT pg_catalog.set_config('maintenance_work_mem', GREATEST("
                + "pg_catalog.pg_size_bytes(pg_catalog.current_setting('maintenance_work_mem')), LEAST(1073741824,"
                + " pg_catalog.pg_size_bytes(pg_catalog.current_setting('shared_buffers')) / " + 2 * sessions
                + ")) / 1024 || 'kB', false);";
    }

    /** Ends the sessions that have not come to their end. */
    @Override
    public void close() {
        together.close();
    }
}
