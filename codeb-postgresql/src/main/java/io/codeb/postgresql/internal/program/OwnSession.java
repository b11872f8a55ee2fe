package io.codeb.postgresql.internal.program;

import io.codeb.model.ServerVersion;
import java.util.List;

/** What a session must be set to for statements of our own, whatever the role, the database or a script have set. */
public final class OwnSession {
    private static final int KNOWS_IDLE_SESSION_TIMEOUT = 14;
    private static final int KNOWS_TRANSACTION_TIMEOUT = 17;

    /** What our own statements look for names in. */
    public static final String SEARCH_PATH = "SET search_path = pg_catalog;";

    /** Makes a session our own: ours is the user, names are in UTF-8 and mean what they say, no row is hidden. */
    public static final String SOBER = "RESET SESSION AUTHORIZATION; RESET ROLE; SET client_encoding = 'UTF8';" + " "
            + SEARCH_PATH + " SET row_security = off; SET default_transaction_read_only = off;";

    /** Lets a session wait for the disk at each commit, but not for a standby, where it would wait for neither. */
    public static final String DURABLE = "SELECT pg_catalog.set_config('synchronous_commit', 'local', false)"
            + " WHERE pg_catalog.current_setting('synchronous_commit') = 'off'";

    private OwnSession() {}

    /**
     * Makes a session our own, for as long as it takes.
     *
     * @param psql was just started
     * @return the server that it is with
     */
    public static ServerVersion begin(PsqlLoad psql) {
        psql.statement(SOBER);
        List<String> answers = psql.ask(
                List.of(
                        "pg_catalog.current_setting('server_version_num')",
                        "pg_catalog.current_setting('server_version')"),
                Limit.SHORT);
        ServerVersion server = PostgresVersion.ofServer(Integer.parseInt(answers.get(0)), answers.get(1));
        psql.statement(unlimited(server.major()));
        return server;
    }

    /**
     * Lets a session run as long as it takes, and write what a crash of the server does not take back.
     *
     * @param serverMajor the server's major version
     * @return SQL for a session's beginning; the rest of it is left as the role and the database have it
     */
    public static String unlimited(int serverMajor) {
        return "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;"
                + (serverMajor < KNOWS_IDLE_SESSION_TIMEOUT ? "" : " SET idle_session_timeout = 0;")
                + (serverMajor < KNOWS_TRANSACTION_TIMEOUT ? "" : " SET transaction_timeout = 0;")
                + " SET default_transaction_read_only = off; SET client_min_messages = warning; " + DURABLE + ";";
    }

    /**
     * Both, also for a session that a script has used.
     *
     * @param serverMajor the server's major version
     * @return SQL
     */
    public static String sober(int serverMajor) {
        return SOBER + " " + unlimited(serverMajor);
    }
}
