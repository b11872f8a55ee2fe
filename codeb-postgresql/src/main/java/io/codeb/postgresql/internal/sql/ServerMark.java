package io.codeb.postgresql.internal.sql;

import io.codeb.postgresql.internal.program.LoadSession;
import io.codeb.postgresql.internal.script.SqlText;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.jdbc.PgConnection;

/**
 * What a session is known by to others of the same database of the same server, and to nobody else: it holds an
 * advisory lock on a number that nobody else has thought of. Who answers on a way to the server is not told the number,
 * and has to show it: that proves where the way leads, whoever has said so.
 *
 * @param process the server's number of the session's process
 * @param number any
 */
public record ServerMark(String process, long number) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LOOK_MILLISECONDS = 30_000;

    /** Whatever the session looks for operators in. */
    private static final String EQUALS = " OPERATOR(pg_catalog.=) ";

    /** A session that runs a script of somebody's may hold some of that one's. */
    private static final int MOST_LOCKS = 10_000;

    /** A mark that no session has. */
    public static long newNumber() {
        return RANDOM.nextLong();
    }

    /** What takes the lock, behind SELECT, for as long as the transaction lasts. */
    public static String take(long number) {
        return "pg_catalog.pg_advisory_xact_lock_shared(" + bigint(number) + ")";
    }

    /**
     * Marks a session until its end.
     *
     * @param session stands between two statements
     * @return what it is known by
     */
    public static ServerMark on(LoadSession session) {
        long number = newNumber();
        List<String> answers = session.ask(
                List.of("pg_catalog.pg_backend_pid()", "pg_catalog.pg_advisory_lock_shared(" + bigint(number) + ")"));
        return new ServerMark(answers.get(0), number);
    }

    private static String bigint(long number) {
        return SqlText.literal(Long.toString(number)) + "::bigint";
    }

    /**
     * Looks whether a connection is with the same database of the same server as the session that is marked, and
     * changes nothing of its session, whatever that is set to. It has half a minute for each answer, then and from then
     * on.
     */
    boolean isSeenOver(PgConnection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, LOOK_MILLISECONDS);
            statement.setMaxRows(MOST_LOCKS);
            try (ResultSet locks = statement.executeQuery("SELECT l.classid::bigint, l.objid::bigint"
                    + " FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid" + EQUALS + "l.database"
                    + " WHERE d.datname" + EQUALS + "pg_catalog.current_database()"
                    + " AND l.locktype" + EQUALS + "'advisory'::pg_catalog.text AND l.granted"
                    + " AND l.objsubid::integer" + EQUALS + "1"
                    + " AND l.pid::pg_catalog.text" + EQUALS + SqlText.literal(process) + "::pg_catalog.text")) {
                while (locks.next()) {
                    if ((locks.getLong(1) << 32 | locks.getLong(2)) == number) {
                        return true;
                    }
                }
                return false;
            }
        }
    }
}
