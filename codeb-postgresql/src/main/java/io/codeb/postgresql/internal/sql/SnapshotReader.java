package io.codeb.postgresql.internal.sql;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.io.Transfer;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.postgresql.copy.CopyOut;
import org.postgresql.jdbc.PgConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of this process that reads rows as {@code COPY} writes them, in the moment of the database that another
 * session has exported. Used by one thread.
 */
public final class SnapshotReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReader.class);

    /** All that the text of a value depends on and a script can be read back with; as pg_dump has it, and one order. */
    private static final String SETTINGS = "SET datestyle = ISO; SET intervalstyle = postgres;"
            + " SET extra_float_digits = 3; SET bytea_output = hex; SET timezone = 'UTC';"
            + " SET synchronize_seqscans = off; SET max_parallel_workers_per_gather = 0; SET search_path = '';";

    /** Connections, deadlocks and conflicts with a standby's replay, too many connections, an operator's end. */
    private static final Set<String> PASSING = Set.of("08", "40");

    private static final Set<String> PASSING_STATES = Set.of("53300", "57P01", "57P02", "57P03", "57P05");

    private final DirectConnection way;
    private final PgConnection connection;
    private final Duration idleLimit;

    private SnapshotReader(DirectConnection way, PgConnection connection, Duration idleLimit) {
        this.way = way;
        this.connection = connection;
        this.idleLimit = idleLimit;
    }

    /** The connection is of no use any more, and another one may be. */
    public static final class Lost extends Exception {
        private static final long serialVersionUID = 1L;

        private final EngineException failure;

        private Lost(EngineException failure) {
            super(failure);
            this.failure = failure;
        }

        /** What has happened, for those who do not try again. */
        public EngineException failure() {
            return failure;
        }
    }

    /**
     * What a session is told before it reads.
     *
     * @param snapshot the moment, as the session that holds it has exported it
     * @param holder what that session is known by
     * @param encoding of the rows
     * @param lockWait how long a lock may be waited for
     * @param serverMajor the server's version
     */
    public record Moment(String snapshot, ServerMark holder, String encoding, Duration lockWait, int serverMajor) {}

    /**
     * Connects.
     *
     * @param way where; whose server that is, {@link #sees} tells
     * @param idleLimit how long it may be waited for a word of the server's; zero for as long as it takes
     * @return to be told which moment to read
     * @throws Lost when there is no connection now
     * @throws EngineException when there cannot be one
     */
    public static SnapshotReader connect(DirectConnection way, Duration idleLimit) throws Lost {
        try {
            return new SnapshotReader(way, way.open(Map.of("allowEncodingChanges", "true")), idleLimit);
        } catch (SQLException e) {
            throw told(e);
        }
    }

    /**
     * Connects once more on the same way, also when this one is closed.
     *
     * @return to be told which moment to read
     * @throws Lost when there is no connection now
     * @throws EngineException when there cannot be one
     */
    public SnapshotReader another() throws Lost {
        return connect(way, idleLimit);
    }

    /** Where it is connected to. */
    public DirectConnection way() {
        return way;
    }

    /**
     * Looks whether the session that holds a moment is with the same database of the same server.
     *
     * @param holder what it is known by
     */
    public boolean sees(ServerMark holder) throws Lost {
        try {
            return holder.isSeenOver(connection);
        } catch (SQLException e) {
            throw told(e);
        }
    }

    /**
     * Enters the moment.
     *
     * @param moment which, and how it is read
     * @throws Lost when there is no connection now
     * @throws EngineException when the moment is over, or another server's
     */
    public void enter(Moment moment) throws Lost {
        requireSight(moment.holder());
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            wait(moment.lockWait().plus(idleLimit));
            // The settings come behind: a pool gives a transaction to one session, and what is before it to any.
            statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT "
                    + SqlText.literal(moment.snapshot()));
            requireSight(moment.holder());
            wait(moment.lockWait().plus(idleLimit));
            statement.execute(OwnSession.sober(moment.serverMajor()));
            statement.execute(SETTINGS + " SET lock_timeout = "
                    + Math.min(Integer.MAX_VALUE, moment.lockWait().toMillis()));
            statement.execute("SET client_encoding = " + SqlText.literal(moment.encoding()));
            wait(idleLimit);
        } catch (SQLException e) {
            throw told(e);
        }
    }

    /** Of two servers, both may have a moment of the same name. */
    private void requireSight(ServerMark holder) throws Lost {
        if (!sees(holder)) {
            throw new EngineException(
                    ErrorCode.SERVER_UNREACHABLE,
                    "a connection does not see the session that holds the moment: that one is over, or with another"
                            + " server",
                    "back up again; if that is of no use, let one address lead to one server, or back up with sql()");
        }
    }

    private void wait(Duration limit) throws SQLException {
        connection.setNetworkTimeout(
                Runnable::run, idleLimit.isZero() ? 0 : (int) Math.min(Integer.MAX_VALUE, limit.toMillis()));
    }

    /**
     * Reads what a {@code COPY … TO STDOUT} answers, each row with its line end.
     *
     * @param statement the COPY
     * @param sink takes the rows, many at a time; it is not finished
     * @param progress hears how many there are so far
     * @param cancellation ends it early
     * @return how many there are: as many as the server says that it has sent
     * @throws Lost when the connection is of no use any more
     */
    public long copy(String statement, ByteSink sink, LongConsumer progress, Cancellation cancellation) throws Lost {
        Cancellation.Registration registration = cancellation.onCancel(this::interrupt);
        try {
            cancellation.throwIfCancelled();
            CopyOut copy = connection.getCopyAPI().copyOut(statement);
            long rows = pass(copy, sink, progress);
            if (rows != copy.getHandledRowCount()) {
                throw new IntegrityException(
                        ErrorCode.TRUNCATED,
                        "the server says that it has sent " + copy.getHandledRowCount() + " rows, and " + rows
                                + " have arrived",
                        "back up again");
            }
            return rows;
        } catch (SQLException e) {
            cancellation.throwIfCancelled();
            throw told(silent(e));
        } catch (CodeBException e) {
            // Of a COPY that nobody reads, nothing can be had any more.
            interrupt();
            throw e;
        } finally {
            registration.close();
        }
    }

    private static long pass(CopyOut copy, ByteSink sink, LongConsumer progress) throws SQLException {
        ByteBuffer buffer = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
        long rows = 0;
        for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
            rows++;
            if (row.length > buffer.remaining()) {
                sink.write(buffer.flip());
                buffer.clear();
                progress.accept(rows);
            }
            if (row.length > buffer.capacity()) {
                sink.write(ByteBuffer.wrap(row));
            } else {
                buffer.put(row);
            }
        }
        sink.write(buffer.flip());
        progress.accept(rows);
        return rows;
    }

    private SQLException silent(SQLException e) {
        return e.getCause() instanceof SocketTimeoutException
                ? new SQLException("it has said nothing for " + TimedCancellation.text(idleLimit), e.getSQLState(), e)
                : e;
    }

    private static Lost told(SQLException e) throws EngineException {
        EngineException failure = DirectConnection.failure(e);
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (PASSING_STATES.contains(state) || (state.length() == 5 && PASSING.contains(state.substring(0, 2)))) {
            return new Lost(failure);
        }
        throw failure;
    }

    /** Asks the server to end the statement, then ends the connection, in case the server does not. */
    private void interrupt() {
        try {
            connection.cancelQuery();
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("a COPY could not be cancelled", e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a connection could not be closed", e);
        }
    }
}
