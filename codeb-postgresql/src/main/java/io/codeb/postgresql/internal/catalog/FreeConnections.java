package io.codeb.postgresql.internal.catalog;

import io.codeb.model.Cancellation;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.List;

/** How many connections more this user can have with the server, by those that there are now. */
public final class FreeConnections {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /** Superusers, whom limits of roles and databases do not hold, have some kept; since version 16 others as well. */
    private static final String SERVER = """
            pg_catalog.current_setting('max_connections')::bigint
                - pg_catalog.current_setting('superuser_reserved_connections')::bigint
                - coalesce(pg_catalog.current_setting('reserved_connections', true)::bigint, 0)
                - (SELECT pg_catalog.sum(a.numbackends)::bigint FROM pg_catalog.pg_stat_database a)
            """;

    private static final String ROLE = """
            CASE WHEN r.rolconnlimit >= 0 AND NOT r.rolsuper
                 THEN r.rolconnlimit - (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity s
                                        WHERE s.usesysid = r.oid) END
            """;

    private static final String DATABASE = """
            (SELECT d.datconnlimit - pg_catalog.pg_stat_get_db_numbackends(d.oid) FROM pg_catalog.pg_database d
             WHERE d.datname = pg_catalog.current_database() AND d.datconnlimit >= 0 AND NOT r.rolsuper)
            """;

    private static final String USER = " FROM pg_catalog.pg_roles r WHERE r.rolname = session_user";

    /** What stands behind SELECT, for a session that asks for a database without a limit of its own. */
    public static final String OF_SERVER = "least(" + SERVER + ", " + ROLE + ")" + USER;

    private static final String OF_DATABASE = "SELECT least(" + SERVER + ", " + ROLE + ", " + DATABASE + ")" + USER;

    private FreeConnections() {}

    /**
     * Reads the answer.
     *
     * @param answer what {@link #OF_SERVER} answers
     * @return fewer than none where superusers have taken what is kept for them
     */
    public static int ofServer(List<String> answer) {
        return answer.isEmpty() ? 0 : Integer.parseInt(answer.get(0));
    }

    /**
     * Asks, for the database that the client is with.
     *
     * @param client is one of those that the server has now
     * @param cancellation ends it early
     * @return fewer than none where superusers have taken what is kept for them
     */
    public static int of(SqlClient client, Cancellation cancellation) {
        Object answer = client.query(new QuerySpec(OF_DATABASE, List.of(), 1, TIMEOUT, true), cancellation)
                .rows()
                .get(0)
                .get(0);
        return answer instanceof Long count ? (int) Math.max(Integer.MIN_VALUE, count) : 0;
    }
}
