package io.codeb.postgresql.internal.dump;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.ChecksumList;
import io.codeb.postgresql.internal.catalog.ChosenTables;
import io.codeb.postgresql.internal.catalog.RowSums;
import io.codeb.postgresql.internal.catalog.TableChecksum;
import io.codeb.postgresql.internal.catalog.UserTables;
import io.codeb.postgresql.internal.catalog.UserTables.UserTable;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session beside pg_dump's that sees the same moment of the database, and adds up there what the tables hold while
 * pg_dump dumps them. It locks all of them first, as pg_dump does: what both read, nobody can exchange between them.
 * When it fails, so does the dump.
 *
 * <p>Used by one thread; a second one of its own adds up.
 */
final class DumpWitness implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DumpWitness.class);
    private static final String NAME = "checksums";
    private static final Duration TO_END = Duration.ofSeconds(15);

    /** Not one that has got the number of its process since. */
    private static final String END = "SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity a"
            + " WHERE a.pid::text = $1 AND a.application_name = pg_catalog.current_setting('application_name')";

    private final DatabaseTarget target;
    private final PsqlLoad psql;
    private final String encoding;
    private final Cancellation dump = new Cancellation();
    private final Cancellation.Registration registration;
    private final String process;
    private final String snapshot;
    private final Thread thread;
    private volatile @Nullable List<TableChecksum> sums;
    private volatile @Nullable RuntimeException failure;
    private boolean testified;
    private List<TableChecksum> testimony = List.of();

    /**
     * Takes the moment, and begins to add up.
     *
     * @param target which database
     * @param chosen the tables that are dumped
     * @param encoding that of the dump
     * @param deferrable whether the moment shall be one that no transaction can show to be impossible
     * @param lockWait how long each lock may be waited for
     * @param outer whoever cancels it cancels the dump too, for the same reason
     */
    DumpWitness(
            DatabaseTarget target,
            ChosenTables chosen,
            String encoding,
            boolean deferrable,
            Duration lockWait,
            Cancellation outer) {
        this.target = target;
        this.encoding = encoding;
        this.registration = outer.onCancel(() -> dump.cancel(outer.reason().orElse("")));
        PsqlLoad started = null;
        try {
            started = new PsqlLoad(target, dump);
            psql = started;
            OwnSession.begin(psql);
            psql.statement("BEGIN ISOLATION LEVEL "
                    + (deferrable ? "SERIALIZABLE READ ONLY DEFERRABLE;" : "REPEATABLE READ READ ONLY;"));
            List<String> answers = psql.ask(List.of("pg_catalog.pg_backend_pid()", "pg_catalog.pg_export_snapshot()"));
            process = answers.get(0);
            snapshot = answers.get(1);
            List<UserTable> tables = UserTables.of(psql).values().stream()
                    .filter(table -> !table.partitioned() && !table.extensions() && chosen.holds(table.name()))
                    .toList();
            psql.statement("SET LOCAL lock_timeout = " + Math.min(Integer.MAX_VALUE, lockWait.toMillis()) + ";");
            UserTables.lock(psql, tables);
            psql.statement("SET LOCAL lock_timeout = 0;");
            thread = WorkThread.of(NAME, () -> addUp(tables));
            thread.start();
        } catch (RuntimeException | Error e) {
            registration.close();
            if (started != null) {
                started.close();
            }
            throw e;
        }
    }

    private void addUp(List<UserTable> tables) {
        try {
            sums = RowSums.of(psql, encoding, tables);
        } catch (RuntimeException e) {
            failure = e;
            dump.cancel("what its tables hold could not be added up: " + e.getMessage());
        }
    }

    /** The moment, as pg_dump is told it. */
    String snapshot() {
        return snapshot;
    }

    /** What pg_dump is started with. */
    Cancellation dump() {
        return dump;
    }

    /**
     * Why a dump came to nothing.
     *
     * @param told what pg_dump or whoever reads it says
     * @return what has failed here, if that was first
     */
    CodeBException reason(CodeBException told) {
        return failure instanceof CodeBException own ? own : told;
    }

    /**
     * Waits for the sums, and looks whether pg_dump has seen the same moment.
     *
     * @param dumped rows by table, as they came by
     * @throws IntegrityException {@code CORRUPT} when there are more or fewer rows in a table than were dumped
     */
    void testify(List<TableRows> dumped) {
        List<TableChecksum> found = awaitedSums();
        psql.statement("COMMIT;");
        psql.finish();
        testified = true;
        Map<Object, TableChecksum> known =
                found.stream().collect(Collectors.toMap(TableChecksum::table, Function.identity()));
        List<TableChecksum> told = new ArrayList<>();
        for (TableRows table : dumped) {
            TableChecksum sum = known.get(table.table());
            if (sum == null) {
                continue;
            }
            if (sum.rows() != table.rows()) {
                throw new IntegrityException(
                        ErrorCode.CORRUPT,
                        "pg_dump has dumped " + table.rows() + " rows of " + table.table()
                                + ", and in the same moment of the database there are " + sum.rows(),
                        "look for damage in the table: an index that lacks rows, or finds some that are not there");
            }
            told.add(sum);
        }
        testimony = told;
    }

    /** What has been testified: the sums of the tables that were dumped, but for those of extensions. */
    ChecksumList checksums() {
        return new ChecksumList(encoding, testimony);
    }

    private List<TableChecksum> awaitedSums() {
        try {
            while (thread.isAlive()) {
                thread.join(TimeUnit.SECONDS.toMillis(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("the thread was interrupted");
        }
        RuntimeException failed = failure;
        if (failed != null) {
            throw failed;
        }
        List<TableChecksum> found = sums;
        if (found == null) {
            throw new IllegalStateException("the thread that adds up has died of an error");
        }
        return found;
    }

    /**
     * A session that has not testified is ended. The server reads on without its psql, and keeps others from changing
     * what it reads: so the server is told.
     */
    @Override
    public void close() {
        registration.close();
        if (!testified) {
            end();
        }
        psql.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        try (SqlClient client = SqlClient.open(target)) {
            client.query(new QuerySpec(END, List.of(process), 1, TO_END, true), new Cancellation());
        } catch (CodeBException e) {
            LOG.debug("process {} of the server could not be told to end", process, e);
        }
    }
}
