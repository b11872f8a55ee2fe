package io.codeb.postgresql.internal.catalog;

import io.codeb.error.Finding;
import io.codeb.error.Finding.Severity;
import io.codeb.model.Cancellation;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.io.TimedCancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What others do in a database, and how fresh it is, before it is dumped: one query to the server's statistics, which
 * waits for nobody. Sessions of the run that looks are not among the others.
 */
public final class OtherSessions {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int TOLD = 100;

    /**
     * Rows of (what, who, schema, table, seconds, sure): {@code sure} says that it does not end by itself soon. Of what
     * the user may not see, seconds are missing. Locks have a time of their own from version 14 on only, hence the
     * JSON. A lock of a prepared transaction has no process, but a lock on its own number.
     */
    private static final String QUERY = """
            WITH others AS (
                SELECT a.pid, a.state, a.datname, a.backend_type,
                       pg_catalog.format('process %s (%s%s)', a.pid, coalesce(a.usename::text, a.backend_type),
                           ', ' || NULLIF(a.application_name, '')) AS who,
                       extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::bigint AS age,
                       CASE WHEN a.state LIKE 'idle in transaction%'
                            THEN extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change)::bigint
                       END AS idle
                FROM pg_catalog.pg_stat_activity a
                WHERE a.pid <> pg_catalog.pg_backend_pid()
                  AND a.application_name IS DISTINCT FROM pg_catalog.current_setting('application_name')),
            prepared AS (
                SELECT x.transaction, pg_catalog.format('prepared transaction %s of %s', x.gid, x.owner) AS who,
                       extract(epoch FROM pg_catalog.clock_timestamp() - x.prepared)::bigint AS age
                FROM pg_catalog.pg_prepared_xacts x
                WHERE x.database = pg_catalog.current_database()),
            locks AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks),
            standby AS (
                SELECT CASE WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn()
                                 AND EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver) THEN 0
                            ELSE extract(epoch FROM pg_catalog.clock_timestamp()
                                         - pg_catalog.pg_last_xact_replay_timestamp())::bigint END AS lag
                WHERE pg_catalog.pg_is_in_recovery())
            SELECT what, who, schema, name, seconds, sure FROM (
                SELECT 'idle'::text AS what, o.who, NULL::text AS schema, NULL::text AS name, o.idle AS seconds,
                       true AS sure
                FROM others o
                WHERE o.datname = pg_catalog.current_database() AND o.idle IS NOT NULL
                UNION ALL
                SELECT 'transaction', o.who, NULL, NULL, o.age, true
                FROM others o
                WHERE o.datname = pg_catalog.current_database() AND o.backend_type = 'client backend'
                  AND o.idle IS NULL AND o.age IS NOT NULL
                UNION ALL
                SELECT 'prepared', p.who, NULL, NULL, p.age, true FROM prepared p
                UNION ALL
                SELECT CASE WHEN l.granted THEN 'lock' ELSE 'queue' END,
                       coalesce(o.who, p.who, 'process ' || l.pid::text),
                       n.nspname::text,
                       c.relname::text,
                       CASE WHEN l.granted THEN coalesce(o.idle, p.age, o.age)
                            ELSE extract(epoch FROM pg_catalog.clock_timestamp()
                                         - (pg_catalog.to_jsonb(l) ->> 'waitstart')::timestamptz)::bigint END,
                       o.idle IS NOT NULL OR p.who IS NOT NULL
                FROM locks l
                JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p')
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN others o ON o.pid = l.pid
                LEFT JOIN prepared p
                    ON l.pid IS NULL AND p.transaction IN (
                        SELECT x.transactionid FROM locks x
                        WHERE x.pid IS NULL AND x.locktype = 'transactionid'
                          AND x.virtualtransaction = l.virtualtransaction)
                WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
                  AND l.database = (
                      SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())
                  AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                UNION ALL
                SELECT 'lag', NULL, NULL, NULL, s.lag, true FROM standby s
                UNION ALL
                SELECT 'conflicts', pg_catalog.current_setting('max_standby_streaming_delay'), NULL, NULL, NULL, true
                FROM standby s
                WHERE pg_catalog.current_setting('hot_standby_feedback') = 'off'
                  AND pg_catalog.current_setting('max_standby_streaming_delay') <> '-1'
                UNION ALL
                SELECT 'hidden', pg_catalog.count(*)::text, NULL, NULL, NULL, true
                FROM pg_catalog.pg_stat_activity a
                WHERE a.datname = pg_catalog.current_database() AND a.usename <> CURRENT_USER
                  AND NOT pg_catalog.pg_has_role(a.usesysid, 'USAGE')
                  AND NOT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
                HAVING pg_catalog.count(*) > 0
            ) AS seen
            ORDER BY what COLLATE "C", seconds DESC NULLS LAST, who COLLATE "C"
            """;

    private final DumpLimits limits;
    private final ChosenTables tables;

    private OtherSessions(DumpLimits limits, ChosenTables tables) {
        this.limits = limits;
        this.tables = tables;
    }

    /**
     * Looks what they do.
     *
     * @param client is connected to the database
     * @param limits from when on what they do is worth a word
     * @param tables those that are dumped
     * @param cancellation ends it early
     * @return one finding for each session, transaction and lock
     */
    public static List<Finding> findings(
            SqlClient client, DumpLimits limits, ChosenTables tables, Cancellation cancellation) {
        OtherSessions others = new OtherSessions(limits, tables);
        List<Finding> findings = new ArrayList<>();
        QuerySpec query = new QuerySpec(QUERY, List.of(), TOLD, TIMEOUT, true);
        for (List<@Nullable Object> row : client.query(query, cancellation).rows()) {
            Finding finding = others.finding(row);
            if (finding != null) {
                findings.add(finding);
            }
        }
        return findings;
    }

    private @Nullable Finding finding(List<@Nullable Object> row) {
        String who = String.valueOf(row.get(1));
        TableName table = new TableName(String.valueOf(row.get(2)), String.valueOf(row.get(3)));
        Duration time = row.get(4) instanceof Long seconds ? Duration.ofSeconds(Math.max(0, seconds)) : null;
        boolean sure = Boolean.TRUE.equals(row.get(5));
        return switch (String.valueOf(row.get(0))) {
            case "idle" -> idle(who, time);
            case "transaction" -> running(who, time);
            case "prepared" -> prepared(who, time);
            case "lock" -> tables.holds(table) ? lock(who, table, time, sure) : null;
            case "queue" -> tables.holds(table) ? queue(who, table, time) : null;
            case "lag" -> lag(time);
            case "conflicts" -> conflicts(who);
            case "hidden" -> hidden(who);
            default -> throw new IllegalStateException("the query answers what it does not ask for");
        };
    }

    private @Nullable Finding idle(String who, @Nullable Duration time) {
        return isOver(time, limits.idleInTransaction())
                ? new Finding(
                        "idle-in-transaction",
                        Severity.WARNING,
                        text(time),
                        text(limits.idleInTransaction()),
                        who + " has done nothing in its transaction for " + text(time)
                                + "; what it has locked stays locked",
                        "end its transaction, or set idle_in_transaction_session_timeout")
                : null;
    }

    private @Nullable Finding running(String who, @Nullable Duration time) {
        return isOver(time, limits.longTransaction())
                ? new Finding(
                        "long-transaction",
                        Severity.WARNING,
                        text(time),
                        text(limits.longTransaction()),
                        who + " is in a transaction since " + text(time),
                        "look whether it still has to run")
                : null;
    }

    private @Nullable Finding prepared(String who, @Nullable Duration time) {
        return isOver(time, limits.idleInTransaction())
                ? new Finding(
                        "prepared-transaction",
                        Severity.WARNING,
                        text(time),
                        text(limits.idleInTransaction()),
                        who + " waits since " + text(time) + " to be committed or rolled back; it is not in the dump",
                        "COMMIT PREPARED or ROLLBACK PREPARED, as its transaction manager says")
                : null;
    }

    /** A lock that somebody works under is waited for; one that nobody works under would be waited for in vain. */
    private Finding lock(String who, TableName table, @Nullable Duration time, boolean idle) {
        boolean stuck = idle && isOver(time, limits.idleInTransaction());
        return new Finding(
                "table-locked",
                stuck ? Severity.ERROR : Severity.WARNING,
                text(time),
                text(limits.idleInTransaction()),
                "table " + table + " is locked by " + who + ", and the dump waits for that",
                stuck ? "end that transaction" : "look whether it ends soon");
    }

    private static Finding queue(String who, TableName table, @Nullable Duration time) {
        return new Finding(
                "lock-queue",
                Severity.WARNING,
                text(time),
                "",
                who + " waits to change table " + table + ", and the dump waits behind it",
                "look what it waits for");
    }

    private @Nullable Finding lag(@Nullable Duration time) {
        if (time == null) {
            return new Finding(
                    "replication-lag",
                    Severity.WARNING,
                    "",
                    text(limits.replicationLag()),
                    "the server is a standby, and has not replayed a transaction since it was started",
                    "look whether it still follows its primary");
        }
        boolean late = isOver(time, limits.replicationLag());
        return new Finding(
                "replication-lag",
                late ? Severity.WARNING : Severity.INFO,
                text(time),
                text(limits.replicationLag()),
                "the server is a standby, " + text(time) + " behind what it last heard of",
                late ? "look whether it still follows its primary, or back the primary up" : "");
    }

    private static Finding conflicts(String delay) {
        return new Finding(
                "standby-conflicts",
                Severity.WARNING,
                delay,
                "-1",
                "the server is a standby that ends queries which stand in the way of its primary's changes for " + delay
                        + ": a dump that takes longer may be ended",
                "set hot_standby_feedback = on there, or max_standby_streaming_delay = -1, or back the primary up");
    }

    private static Finding hidden(String count) {
        return new Finding(
                "sessions-hidden",
                Severity.INFO,
                count,
                "",
                "what " + count + " sessions of others do is hidden from the user",
                "GRANT pg_read_all_stats to the user");
    }

    private static boolean isOver(@Nullable Duration time, Duration limit) {
        return time != null && time.compareTo(limit) >= 0;
    }

    private static String text(@Nullable Duration time) {
        return time == null ? "" : TimedCancellation.text(time);
    }
}
