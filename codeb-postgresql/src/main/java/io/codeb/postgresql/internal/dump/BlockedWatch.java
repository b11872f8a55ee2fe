package io.codeb.postgresql.internal.dump;

import io.codeb.error.CodeBException;
import io.codeb.model.Cancellation;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a dump that makes others wait for too long: who changes a table waits for the dump, and all others wait behind
 * that. Asks the server from time to time, in a session of its own that is opened with the first question; a dump that
 * is over before costs nothing. Whoever waits has done so since this has seen it. Thread-safe.
 */
final class BlockedWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockedWatch.class);
    private static final Duration QUESTION = Duration.ofSeconds(30);
    private static final Duration RARELY = Duration.ofSeconds(10);
    private static final long PATIENCE_SECONDS = 15;
    private static final int TOLD = 100;

    /** Locks are seen by everybody, what a session waits for is not. */
    private static final String QUERY = """
            SELECT w.pid::bigint,
                   pg_catalog.format('process %s (%s%s)', w.pid, coalesce(w.usename::text, w.backend_type),
                       ', ' || NULLIF(w.application_name, ''))
            FROM pg_catalog.pg_stat_activity w
            WHERE w.datname = pg_catalog.current_database()
              AND w.pid IN (SELECT l.pid FROM pg_catalog.pg_locks l WHERE NOT l.granted)
              AND w.application_name IS DISTINCT FROM pg_catalog.current_setting('application_name')
              AND EXISTS (
                  SELECT FROM pg_catalog.pg_stat_activity d
                  WHERE d.pid = ANY (pg_catalog.pg_blocking_pids(w.pid))
                    AND d.application_name = pg_catalog.current_setting('application_name'))
            ORDER BY w.pid
            """;

    private final DatabaseTarget target;
    private final Duration limit;
    private final Cancellation dump = new Cancellation();
    private final Cancellation asking = new Cancellation();
    private final Cancellation.Registration registration;
    private final Map<Long, Long> firstSeen = new HashMap<>();
    private final @Nullable ScheduledThreadPoolExecutor timer;
    private @Nullable SqlClient client;
    private volatile String waiting = "";

    /**
     * Watches from now on.
     *
     * @param target where the dump is made; without a run's id nobody knows its sessions, and nothing is watched
     * @param limit how long others may wait
     * @param outer whoever cancels it cancels the dump too, for the same reason
     */
    BlockedWatch(DatabaseTarget target, Duration limit, Cancellation outer) {
        this.target = target;
        this.limit = limit;
        this.registration = outer.onCancel(() -> dump.cancel(outer.reason().orElse("")));
        if (target.server().tools().run() == null) {
            timer = null;
            return;
        }
        timer = new ScheduledThreadPoolExecutor(1, work -> WorkThread.of("blocked-watch", work));
        long look = Math.max(1, Math.min(limit.dividedBy(4).toMillis(), RARELY.toMillis()));
        var unused = timer.scheduleWithFixedDelay(this::look, look, look, TimeUnit.MILLISECONDS);
    }

    /** What the dump is started with. */
    Cancellation dump() {
        return dump;
    }

    /**
     * Who has waited for too long, so that the dump was ended.
     *
     * @return empty when it is not this that has ended it
     */
    String waiting() {
        return waiting;
    }

    private void look() {
        if (dump.isCancelled() || asking.isCancelled()) {
            return;
        }
        try {
            SqlClient asked = client == null ? SqlClient.openForCatalog(target) : client;
            client = asked;
            judge(asked.query(new QuerySpec(QUERY, List.of(), TOLD, QUESTION, true), asking)
                    .rows());
        } catch (CodeBException e) {
            LOG.debug("nobody knows who waits for the dump", e);
            closeClient();
        }
    }

    private void judge(List<List<@Nullable Object>> rows) {
        long now = System.nanoTime();
        Map<Long, Long> seen = new HashMap<>();
        for (List<@Nullable Object> row : rows) {
            if (row.get(0) instanceof Long process) {
                long since = firstSeen.getOrDefault(process, now);
                seen.put(process, since);
                if (now - since >= limit.toNanos() && waiting.isEmpty()) {
                    waiting = String.valueOf(row.get(1));
                }
            }
        }
        firstSeen.clear();
        firstSeen.putAll(seen);
        if (!waiting.isEmpty()) {
            dump.cancel("it made " + waiting + " wait for " + TimedCancellation.text(limit));
        }
    }

    private void closeClient() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    @Override
    public void close() {
        registration.close();
        asking.cancel("the dump has ended");
        if (timer != null) {
            // By the thread that uses it, when it is through with a question that is going on.
            timer.execute(this::closeClient);
            timer.shutdown();
            awaitEnd(timer);
        }
    }

    /** What it has started is over before the run says that it is. */
    private static void awaitEnd(ScheduledThreadPoolExecutor timer) {
        try {
            if (!timer.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the session that asked who waits for the dump has not ended in {} s", PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
