package io.codeb.postgresql.internal.dump;

import io.codeb.error.CodeBException;
import io.codeb.model.Cancellation;
import io.codeb.model.ServerVersion;
import io.codeb.postgresql.internal.catalog.ChosenTables;
import io.codeb.postgresql.internal.catalog.UserTables;
import io.codeb.postgresql.internal.catalog.UserTables.UserTable;
import io.codeb.postgresql.internal.program.Limit;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.sql.ServerMark;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session that keeps a moment of the database open for others, which see the same moment, and keeps its tables
 * locked as pg_dump does: what all of them read, nobody can exchange between them. What they have read counts only when
 * this one has been there all the while, which {@link #release()} finds out.
 */
final class SnapshotHolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotHolder.class);
    private static final Duration TO_END = Duration.ofSeconds(15);

    /** Not one that has got the number of its process since. */
    private static final String END = "SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity a"
            + " WHERE a.pid::text = $1 AND a.application_name = pg_catalog.current_setting('application_name')";

    private final DatabaseTarget target;
    private final PsqlLoad psql;
    private final ServerVersion server;
    private final ServerMark mark;
    private final String snapshot;
    private final List<UserTable> tables;
    private boolean released;

    /**
     * Takes the moment.
     *
     * @param target which database
     * @param chosen the tables that are dumped
     * @param deferrable whether the moment shall be one that no transaction can show to be impossible
     * @param lockWait how long each lock may be waited for
     * @param cancellation ends it early
     */
    SnapshotHolder(
            DatabaseTarget target,
            ChosenTables chosen,
            boolean deferrable,
            Duration lockWait,
            Cancellation cancellation) {
        this.target = target;
        PsqlLoad started = new PsqlLoad(target, cancellation);
        try {
            psql = started;
            server = OwnSession.begin(psql);
            psql.statement("BEGIN ISOLATION LEVEL "
                    + (deferrable ? "SERIALIZABLE READ ONLY DEFERRABLE;" : "REPEATABLE READ READ ONLY;"));
            long number = ServerMark.newNumber();
            List<String> answers = psql.ask(
                    List.of("pg_catalog.pg_backend_pid()", "pg_catalog.pg_export_snapshot()", ServerMark.take(number)));
            mark = new ServerMark(answers.get(0), number);
            snapshot = answers.get(1);
            tables = UserTables.of(psql).values().stream()
                    .filter(table -> !table.partitioned() && !table.extensions() && chosen.holds(table.name()))
                    .toList();
            psql.statement("SET LOCAL lock_timeout = " + Math.min(Integer.MAX_VALUE, lockWait.toMillis()) + ";");
            UserTables.lock(psql, tables);
            psql.statement("SET LOCAL lock_timeout = 0;");
        } catch (RuntimeException | Error e) {
            started.close();
            throw e;
        }
    }

    /** The moment, as others are told it. */
    String snapshot() {
        return snapshot;
    }

    /** What others of the same database know it by. */
    ServerMark mark() {
        return mark;
    }

    /** The server that it is with. */
    ServerVersion server() {
        return server;
    }

    /** The tables that are locked: those that are dumped, but for those of extensions. */
    List<UserTable> tables() {
        return tables;
    }

    /**
     * Why something has failed that needs the moment: who comes when this session has gone is told of a snapshot that
     * nobody knows, and not what has become of it.
     *
     * @param told what it has failed with
     * @return what has become of this session, if it is gone
     */
    CodeBException reason(CodeBException told) {
        try {
            psql.ask(List.of("1"), Limit.SHORT);
            return told;
        } catch (CodeBException gone) {
            gone.addSuppressed(told);
            return gone;
        }
    }

    /** For questions in the moment; by one thread at a time. */
    PsqlLoad session() {
        return psql;
    }

    /**
     * Lets go, when nobody needs the moment any more.
     *
     * @throws CodeBException when the session has not been there all the while
     */
    void release() {
        psql.statement("COMMIT;");
        psql.finish();
        released = true;
    }

    /**
     * A session that was not released is ended. Its server may read on without its psql, and keeps others from changing
     * what it reads: so the server is told.
     */
    @Override
    public void close() {
        if (!released) {
            end();
        }
        psql.close();
    }

    private void end() {
        try (SqlClient client = SqlClient.open(target)) {
            client.query(new QuerySpec(END, List.of(mark.process()), 1, TO_END, true), new Cancellation());
        } catch (CodeBException e) {
            LOG.debug("process {} of the server could not be told to end", mark.process(), e);
        }
    }
}
