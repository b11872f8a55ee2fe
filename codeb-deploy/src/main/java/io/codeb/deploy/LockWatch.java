package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.QueryRequest;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.QueryResult;
import io.codeb.model.Secret;
import io.codeb.model.TableName;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks again and again how the tables of a database are locked, from a session in another database of the same server:
 * it neither holds a snapshot that a migration would wait for, nor is anything of it in the migrated database. For
 * PostgreSQL, and only where nobody else works. Used by one thread.
 */
final class LockWatch implements AutoCloseable {
    /** The weakest is level 1. */
    private static final List<LockMode> MODES = List.of(LockMode.values());

    /** Every server has it. */
    private static final String BESIDE = "postgres";

    private static final String LOCKS = "public.codeb_rehearsal_locks";
    private static final String WATCH = "public.codeb_rehearsal_watch";
    private static final int OUTPUT_LIMIT = 16 * 1024 * 1024;

    /** What a table holds that was made by somebody; those below are the catalog's. */
    private static final int FIRST_OID = 16_384;

    private final CodeB codeb;
    private final Project project;
    private final Cancellation cancellation;
    private final ExecSession session;
    private final ByteSource output;

    private LockWatch(CodeB codeb, Project project, Cancellation cancellation, ExecSession session) {
        this.codeb = codeb;
        this.project = project;
        this.cancellation = cancellation;
        this.session = session;
        this.output = session.stdout();
    }

    /**
     * What was seen.
     *
     * @param locks by the oid of the table, or of what else can be locked
     * @param precision the longest while between two looks
     */
    record Seen(Map<Long, TableLock> locks, Duration precision) {}

    /** Begins, and returns when the session is there. */
    static LockWatch start(CodeB codeb, Project project, Cancellation cancellation) {
        write(
                codeb,
                project,
                "CREATE TABLE " + LOCKS + " (relation bigint, level int, began timestamptz,"
                        + " longest interval NOT NULL DEFAULT '0', PRIMARY KEY (relation, level))",
                cancellation);
        write(codeb, project, "CREATE TABLE " + WATCH + " AS SELECT false AS stop, interval '0' AS gap", cancellation);
        ExecSpec psql = ExecSpec.of(
                "psql",
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                project.host().orElse("127.0.0.1"),
                "-p",
                Integer.toString(project.port()),
                "-U",
                project.user(),
                "-d",
                BESIDE,
                "-c",
                "SELECT 'begun'",
                "-c",
                loop(project.database()),
                "-c",
                "SELECT 'gap', round(extract(epoch FROM gap) * 1000000)::bigint, 0, 0 FROM " + WATCH
                        + " UNION ALL SELECT 'lock', relation, level,"
                        + " round(extract(epoch FROM longest) * 1000000)::bigint FROM " + LOCKS);
        Secret password = project.password().orElse(null);
        psql = password == null ? psql : psql.withSecret("PGPASSWORD", password);
        ExecSession session =
                codeb.runtime(project.runtime()).exec(project.container().orElseThrow(), psql, cancellation);
        LockWatch watch = new LockWatch(codeb, project, cancellation, session);
        try {
            watch.awaitBegun();
            return watch;
        } catch (RuntimeException | Error e) {
            watch.close();
            throw e;
        }
    }

    /**
     * A lock of a level counts for those below it, too. What is seen for the first time has begun now, and what is seen
     * no more has ended now.
     */
    private static String loop(String database) {
        String modes = MODES.stream()
                .map(mode -> Stream.of(mode.name().split("_"))
                        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining("", "'", "Lock'")))
                .collect(Collectors.joining(", "));
        return "DO $watch$ DECLARE seen_at timestamptz; before timestamptz := clock_timestamp();"
                + " longest_gap interval := '0'; guarded oid := (SELECT oid FROM pg_database WHERE datname = '"
                + database.replace("'", "''") + "');"
                + " BEGIN LOOP"
                + " seen_at := clock_timestamp(); longest_gap := greatest(longest_gap, seen_at - before);"
                + " before := seen_at;"
                + " WITH seen AS (SELECT l.relation::bigint AS relation, max(array_position(ARRAY[" + modes
                + "], l.mode)) AS level FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                + " WHERE l.locktype = 'relation' AND l.granted AND l.database = guarded AND l.relation >= "
                + FIRST_OID + " AND a.backend_type IN ('client backend', 'parallel worker') GROUP BY 1),"
                + " levels AS (SELECT relation, each AS level FROM seen, generate_series(1, seen.level) AS each),"
                + " ended AS (UPDATE " + LOCKS + " k SET longest = greatest(longest, seen_at - began), began = NULL"
                + " WHERE began IS NOT NULL AND NOT EXISTS (SELECT FROM levels v"
                + " WHERE v.relation = k.relation AND v.level = k.level))"
                + " INSERT INTO " + LOCKS + " AS k (relation, level, began) SELECT relation, level, seen_at FROM levels"
                + " ON CONFLICT (relation, level) DO UPDATE SET began = excluded.began WHERE k.began IS NULL;"
                + " EXIT WHEN (SELECT stop FROM " + WATCH + ");"
                + " COMMIT; PERFORM pg_sleep(0.02); END LOOP;"
                + " UPDATE " + LOCKS + " SET longest = greatest(longest, seen_at - began) WHERE began IS NOT NULL;"
                + " UPDATE " + WATCH + " SET gap = longest_gap; END $watch$";
    }

    private void awaitBegun() {
        ByteBuffer one = ByteBuffer.allocate(1);
        while (output.read(one.clear()) != ByteSource.END) {
            if (one.get(0) == '\n') {
                return;
            }
        }
        throw lost("psql has ended before it looked for locks");
    }

    /** Ends it, and tells what was seen. */
    Seen stop() {
        write(codeb, project, "UPDATE " + WATCH + " SET stop = true", cancellation);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        while (output.read(buffer.clear()) != ByteSource.END) {
            said.write(buffer.array(), 0, buffer.position());
            if (said.size() > OUTPUT_LIMIT) {
                throw lost("more locks were seen than can be told");
            }
        }
        return seen(said.toString(StandardCharsets.UTF_8));
    }

    /** Reads lines of {@code gap|microseconds|0|0} and {@code lock|oid|level|microseconds}. */
    static Seen seen(String said) {
        Duration precision = null;
        Map<Long, Map<Integer, Duration>> levels = new HashMap<>();
        try {
            for (String line : said.lines().toList()) {
                String[] words = line.split("\\|", -1);
                if (words.length == 4 && words[0].equals("gap")) {
                    precision = Duration.of(Long.parseLong(words[1]), ChronoUnit.MICROS);
                } else if (words.length == 4 && words[0].equals("lock")) {
                    levels.computeIfAbsent(Long.parseLong(words[1]), oid -> new HashMap<>())
                            .put(Integer.parseInt(words[2]), Duration.of(Long.parseLong(words[3]), ChronoUnit.MICROS));
                } else if (!line.isBlank()) {
                    throw lost("what was seen of locks is not understood");
                }
            }
        } catch (NumberFormatException e) {
            throw lost("what was seen of locks is not understood");
        }
        if (precision == null) {
            throw lost("nobody knows how often it was looked for locks");
        }
        Map<Long, TableLock> locks = new HashMap<>();
        levels.forEach((oid, times) -> locks.put(oid, lock(times)));
        return new Seen(locks, precision);
    }

    private static TableLock lock(Map<Integer, Duration> times) {
        int strongest = times.keySet().stream().max(Integer::compare).orElseThrow();
        if (strongest > MODES.size() || strongest < 1) {
            throw lost("what was seen of locks is not understood");
        }
        return new TableLock(
                MODES.get(strongest - 1),
                times.getOrDefault(strongest, Duration.ZERO),
                times.getOrDefault(MODES.indexOf(LockMode.SHARE) + 1, Duration.ZERO));
    }

    private static ContainerException lost(String what) {
        return new ContainerException(ErrorCode.EXEC_LOST, what, "rehearse again", null);
    }

    private static void write(CodeB codeb, Project project, String sql, Cancellation cancellation) {
        QueryResult unused = codeb.databases()
                .query(QueryRequest.of(project.name(), sql).database(BESIDE).writing(), cancellation);
    }

    /** The names of the tables of a database by their oids, as they are now. */
    static Map<Long, TableName> tables(CodeB codeb, Project project, Cancellation cancellation) {
        String sql = "SELECT c.oid::bigint, n.nspname::text, c.relname::text FROM pg_catalog.pg_class c"
                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm')"
                + " AND c.oid >= " + FIRST_OID + " AND n.nspname NOT LIKE 'pg\\_toast%'";
        Map<Long, TableName> names = new HashMap<>();
        for (List<?> row : codeb.databases()
                .query(QueryRequest.of(project.name(), sql).limit(100_000), cancellation)
                .rows()) {
            if (row.get(0) instanceof Number oid) {
                names.put(oid.longValue(), new TableName(String.valueOf(row.get(1)), String.valueOf(row.get(2))));
            }
        }
        return names;
    }

    @Override
    public void close() {
        output.close();
        session.close();
    }
}
