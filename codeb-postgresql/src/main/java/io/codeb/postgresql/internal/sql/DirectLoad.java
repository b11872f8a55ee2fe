package io.codeb.postgresql.internal.sql;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.program.Limit;
import io.codeb.postgresql.internal.program.LoadFailure;
import io.codeb.postgresql.internal.program.LoadSession;
import io.codeb.postgresql.internal.program.ServerError;
import io.codeb.postgresql.internal.program.Watch;
import io.codeb.postgresql.internal.script.JudgedStatement;
import io.codeb.postgresql.internal.script.ScriptRules;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.spi.engine.DatabaseTarget;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of this process that loads rows: scripts of settings and COPY, in UTF-8. Nothing of a script's is taken
 * apart by the driver: a COPY goes to the server as it stands, and a setting with a semicolon in it is refused.
 */
public final class DirectLoad implements LoadSession {
    private static final Logger LOG = LoggerFactory.getLogger(DirectLoad.class);

    private final PgConnection connection;
    private final Cancellation cancellation;
    private final Cancellation.Registration registration;
    private final Watch watch;
    private final Map<TableName, Long> taken = new HashMap<>();
    private @Nullable CopyIn copy;
    private String head = "";

    private DirectLoad(DatabaseTarget target, PgConnection connection, Cancellation cancellation) {
        this.connection = connection;
        this.cancellation = cancellation;
        Cancellation ending = new Cancellation();
        this.registration =
                cancellation.onCancel(() -> ending.cancel(cancellation.reason().orElse("")));
        ending.onCancel(this::interrupt);
        this.watch = new Watch(target, ending);
        watch.servedBy(connection.getBackendPID());
    }

    /**
     * Connects, if the very server can be reached from here and lets the user in. What answers on a way is given
     * nothing before it has shown the mark.
     *
     * @param target where the database is
     * @param beside what a session with the database is known by
     * @param cancellation ends the session early
     * @return null where there is no connection: psql may have one, or says why not
     */
    public static @Nullable DirectLoad open(DatabaseTarget target, ServerMark beside, Cancellation cancellation) {
        for (DirectConnection way : DirectConnection.ways(target)) {
            cancellation.throwIfCancelled();
            PgConnection connection = connect(way, beside);
            if (connection != null) {
                return new DirectLoad(target, connection, cancellation);
            }
        }
        return null;
    }

    private static @Nullable PgConnection connect(DirectConnection way, ServerMark beside) {
        PgConnection connection = null;
        try {
            connection = way.open(Map.of("preferQueryMode", "simple", "logServerErrorDetail", "false"));
            if (!isServedByThatProcess(connection)) {
                LOG.debug("{} is a pool of sessions, nothing is loaded there", way);
            } else if (!beside.isSeenOver(connection)) {
                LOG.warn("{} is another server than where the programs are, nothing is loaded there", way);
            } else {
                // What has to be waited for, a watch looks after.
                connection.setNetworkTimeout(Runnable::run, 0);
                return connection;
            }
        } catch (SQLException e) {
            LOG.debug("no connection to {} from here", way, e);
        }
        if (connection != null) {
            close(connection);
        }
        return null;
    }

    /** A pool may give each statement to another session. */
    private static boolean isServedByThatProcess(PgConnection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("SELECT pg_catalog.pg_backend_pid()")) {
            return answer.next() && answer.getInt(1) == connection.getBackendPID();
        }
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private <T> T watched(Work<T> work) {
        watch.begin(Limit.NONE);
        try {
            return work.run();
        } catch (SQLException e) {
            cancellation.throwIfCancelled();
            throw watch.told(told(e));
        } finally {
            watch.end();
        }
    }

    private CodeBException told(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException driver ? driver.getServerErrorMessage() : null;
        if (server == null) {
            return DirectConnection.failure(e);
        }
        ServerError error = new ServerError(
                0,
                orEmpty(server.getSQLState()),
                orEmpty(server.getMessage()),
                orEmpty(server.getDetail()),
                orEmpty(server.getWhere()),
                orEmpty(server.getFile()));
        return LoadFailure.of(error, 0, head, e);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Override
    public ScriptScanner scanner(ScriptRules rules) {
        return new ScriptScanner(rules);
    }

    @Override
    public boolean oneByOne() {
        return true;
    }

    @Override
    public void statement(JudgedStatement statement) {
        String sql = statement.utf8();
        if (sql == null || copy != null) {
            throw noPiece("a statement that is not in UTF-8, or stands among rows");
        }
        head = statement.head();
        if (statement.rowsFollow()) {
            copy = watched(() -> connection.getCopyAPI().copyIn(sql));
        } else if (sql.indexOf(';') >= 0) {
            throw noPiece("a statement with a semicolon in it: " + head);
        } else {
            execute(sql);
        }
    }

    @Override
    public void pass(ByteBuffer rows) {
        CopyIn filling = copy;
        if (filling == null) {
            throw noPiece("a statement that is too long");
        }
        watched(() -> {
            filling.writeToCopy(rows.array(), rows.arrayOffset() + rows.position(), rows.remaining());
            return rows;
        });
    }

    @Override
    public void rowsEnded(TableName table) {
        CopyIn filling = copy;
        if (filling != null) {
            taken.merge(table, watched(filling::endCopy), Long::sum);
            copy = null;
            head = "";
        }
    }

    private static IntegrityException noPiece(String what) {
        return new IntegrityException(
                ErrorCode.CORRUPT,
                "a piece has more in it than the rows of its table: " + what,
                "restore another backup or a copy of this one");
    }

    @Override
    public void statement(String sql) {
        head = "";
        execute(sql);
    }

    private void execute(String sql) {
        watched(() -> {
            try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                return statement.execute(sql);
            }
        });
    }

    @Override
    public List<String> ask(List<String> queries) {
        List<String> answers = new ArrayList<>();
        for (String query : queries) {
            answers.addAll(watched(() -> rows("SELECT " + query)));
        }
        return answers;
    }

    private List<String> rows(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (answer.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
                    values.add(orEmpty(answer.getString(i)));
                }
                rows.add(String.join("|", values));
            }
            return rows;
        }
    }

    @Override
    public Map<TableName, Long> taken() {
        return Map.copyOf(taken);
    }

    /** Each statement has been waited for, and so has the end of each COPY. */
    @Override
    public void finish() {
        if (copy != null) {
            throw new EngineException(ErrorCode.COMMAND_FAILED, "the rows of a COPY have no end: " + head, "");
        }
        execute("SELECT 1");
    }

    /** Asks the server to end the statement, then ends the connection, in case the server does not. */
    private void interrupt() {
        try {
            connection.cancelQuery();
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("a load could not be cancelled", e);
        }
    }

    private static void close(PgConnection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a connection could not be closed", e);
        }
    }

    @Override
    public void close() {
        watch.close();
        if (copy != null) {
            interrupt();
        }
        close(connection);
        registration.close();
    }
}
