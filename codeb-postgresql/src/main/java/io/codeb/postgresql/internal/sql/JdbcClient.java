package io.codeb.postgresql.internal.sql;

import io.codeb.error.EngineException;
import io.codeb.model.Cancellation;
import io.codeb.model.QueryResult;
import io.codeb.postgresql.internal.program.LastLook;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.QuerySpec;
import java.net.SocketTimeoutException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PgResultSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs statements over a connection of this process. */
final class JdbcClient implements SqlClient {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcClient.class);

    /** Beyond the time that the statement has on the server. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final DatabaseTarget target;
    private final PgConnection connection;
    private final List<String> settings;

    private JdbcClient(DatabaseTarget target, PgConnection connection, List<String> settings) {
        this.target = target;
        this.connection = connection;
        this.settings = settings;
    }

    /** Tells whether a connection leads to where psql gets. */
    interface Proof {
        /** What is asked for when nothing hangs on who answers but the answer. */
        Proof NONE = connection -> true;

        boolean leadsThere(PgConnection connection) throws SQLException;
    }

    /**
     * Connects to the server if it can be reached from here and lets the user in.
     *
     * @param target where the database is
     * @param settings statements that run before each query
     * @param proof what the connection has to pass
     * @return the client, or null
     */
    static @Nullable JdbcClient connect(DatabaseTarget target, List<String> settings, Proof proof) {
        DirectConnection direct = DirectConnection.to(target);
        if (direct == null) {
            return null;
        }
        PgConnection connection = null;
        boolean proven = false;
        try {
            connection = direct.open(Map.of("maxResultBuffer", Integer.toString(ResultRows.TEXT_LIMIT)));
            proven = proof.leadsThere(connection);
            if (proven) {
                return new JdbcClient(target, connection, settings);
            }
            LOG.warn("{} is another server than where the programs are, psql is asked instead", direct);
        } catch (SQLException e) {
            LOG.debug("no connection to {} from here, psql is asked instead", direct, e);
        } finally {
            if (connection != null && !proven) {
                close(connection);
            }
        }
        return null;
    }

    @Override
    public QueryResult query(QuerySpec query, Cancellation cancellation) {
        SqlStatement sql = SqlStatement.of(query);
        cancellation.throwIfCancelled();
        try (LastLook look = new LastLook(target, query.timeout())) {
            look.servedBy(connection.getBackendPID());
            return query(query, sql, look, cancellation);
        }
    }

    private QueryResult query(QuerySpec query, SqlStatement sql, LastLook look, Cancellation cancellation) {
        try (Statement statement = connection.createStatement()) {
            Cancellation.Registration registration = cancellation.onCancel(() -> interrupt(statement));
            try {
                connection.setNetworkTimeout(Runnable::run, networkTimeout(query));
                statement.setEscapeProcessing(false);
                return run(statement, sql, query);
            } finally {
                registration.close();
            }
        } catch (SQLException e) {
            cancellation.throwIfCancelled();
            throw e.getCause() instanceof SocketTimeoutException
                    ? look.silence(Duration.ofMillis(networkTimeout(query)), e)
                    : look.told(failure(e));
        }
    }

    /** How long it is waited for each word of the server's: it stands still where it does not end the statement. */
    private static int networkTimeout(QuerySpec query) {
        return (int) Math.min(Integer.MAX_VALUE, query.timeout().plus(GRACE).toMillis());
    }

    private QueryResult run(Statement statement, SqlStatement sql, QuerySpec query) throws SQLException {
        for (String setting : settings) {
            statement.execute(setting);
        }
        for (String setting : sql.begin()) {
            statement.execute(setting);
        }
        try {
            String prepare = sql.prepare();
            if (prepare != null) {
                statement.execute(prepare);
            }
            ResultRows rows = new ResultRows(query.rowLimit());
            statement.setMaxRows(query.rowLimit() == Integer.MAX_VALUE ? 0 : query.rowLimit() + 1);
            if (statement.execute(sql.execute())) {
                try (ResultSet answer = statement.getResultSet()) {
                    read(answer, prepare == null ? sql.reportType() : null, rows);
                }
            }
            statement.setMaxRows(0);
            statement.execute(sql.end());
            statement.execute("DEALLOCATE ALL");
            return rows.result();
        } catch (SQLException | RuntimeException e) {
            rollBack(statement, e);
            throw e;
        }
    }

    private static void rollBack(Statement statement, Exception cause) {
        try {
            statement.setMaxRows(0);
            statement.execute("ROLLBACK");
            statement.execute("DEALLOCATE ALL");
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static void read(ResultSet answer, @Nullable String type, ResultRows rows) throws SQLException {
        int width = answer.getMetaData().getColumnCount();
        List<String> types = type == null ? types(answer, width) : Collections.nCopies(width, type);
        for (int i = 1; i <= width; i++) {
            rows.addColumn(answer.getMetaData().getColumnLabel(i), new ColumnType(types.get(i - 1)));
        }
        while (width > 0 && answer.next()) {
            List<@Nullable String> row = new ArrayList<>(width);
            for (int i = 1; i <= width; i++) {
                row.add(answer.getString(i));
            }
            rows.addRow(row);
        }
    }

    /** The types as the server itself names them, which the driver does not. */
    private static List<String> types(ResultSet answer, int width) throws SQLException {
        StringBuilder ids = new StringBuilder();
        PgResultSet columns = answer.unwrap(PgResultSet.class);
        for (int i = 1; i <= width; i++) {
            ids.append(i == 1 ? "" : ", ").append(Integer.toUnsignedLong(columns.getColumnOID(i)));
        }
        List<String> types = new ArrayList<>(width);
        try (Statement statement = answer.getStatement().getConnection().createStatement();
                ResultSet names = statement.executeQuery("SELECT pg_catalog.format_type(id, NULL) FROM"
                        + " pg_catalog.unnest(ARRAY[" + ids + "]::pg_catalog.oid[]) WITH ORDINALITY AS type (id, n)"
                        + " ORDER BY n")) {
            while (names.next()) {
                types.add(names.getString(1));
            }
        }
        return types;
    }

    private static EngineException failure(SQLException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        return message.contains("maxResultBuffer") ? ResultRows.tooLarge(e) : DirectConnection.failure(e);
    }

    @Override
    public boolean isDirect() {
        return true;
    }

    /** Asks the server to end the statement, then ends the connection, in case the server does not. */
    private void interrupt(Statement statement) {
        try {
            statement.cancel();
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("a statement could not be cancelled", e);
        }
    }

    @Override
    public void close() {
        close(connection);
    }

    private static void close(PgConnection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a connection could not be closed", e);
        }
    }
}
