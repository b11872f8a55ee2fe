package io.codeb.postgresql.internal.catalog;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.ServerDatabase;
import io.codeb.postgresql.internal.program.RunMarks;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.engine.ServerTarget;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The databases of a server as its shared catalogs have them, in one query. */
public final class DatabaseList {
    /** What a server comes with. Made by initdb for this purpose; template1 is there when somebody has dropped it. */
    public static final List<String> MAINTENANCE = List.of("postgres", "template1");

    private static final Set<String> SYSTEM = Set.of("postgres", "template0", "template1");
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int ROW_LIMIT = 1_000_000;

    /**
     * The columns of pg_database differ by version, so they are taken from a row as JSON: a locale other than libc's
     * was called daticulocale from 15 to 16. A limit of -2 is that of a database whose drop was broken off.
     */
    private static final String QUERY = """
            SELECT d.datname::text,
                   pg_catalog.pg_get_userbyid(d.datdba)::text,
                   CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT')
                        THEN coalesce(pg_catalog.pg_database_size(d.oid), -1) ELSE -1 END,
                   pg_catalog.pg_encoding_to_char(d.encoding)::text,
                   coalesce(d.j ->> 'datlocale', d.j ->> 'daticulocale', d.datcollate::text),
                   d.datistemplate,
                   d.datallowconn AND d.datconnlimit <> -2,
                   (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity a
                    WHERE a.datid = d.oid AND a.backend_type = 'client backend'
                      AND a.pid <> pg_catalog.pg_backend_pid())
            FROM (SELECT b.*, pg_catalog.to_jsonb(b) AS j FROM pg_catalog.pg_database b) d
            WHERE d.datname::text = coalesce($1::text, d.datname::text)
            ORDER BY d.datname::text COLLATE "C"
            """;

    private DatabaseList() {}

    /**
     * Looks at them, from a database that is there in any case.
     *
     * @param server which server
     * @param name the only one to look at; null for all
     * @param cancellation ends it early
     * @return in the order of their names
     */
    public static List<ServerDatabase> of(ServerTarget server, @Nullable String name, Cancellation cancellation) {
        EngineException missing = null;
        for (String maintenance : MAINTENANCE) {
            try (SqlClient client = SqlClient.open(server.database(maintenance))) {
                QuerySpec query = new QuerySpec(QUERY, Collections.singletonList(name), ROW_LIMIT, TIMEOUT, true);
                return client.query(query, cancellation).rows().stream()
                        .map(DatabaseList::database)
                        .toList();
            } catch (EngineException e) {
                if (e.code() != ErrorCode.DATABASE_NOT_FOUND) {
                    throw e;
                }
                missing = e;
            }
        }
        throw missing;
    }

    /** Whether a database is one that a server comes with. */
    public static boolean isSystem(String database) {
        return SYSTEM.contains(database);
    }

    private static ServerDatabase database(List<@Nullable Object> row) {
        String name = text(row, 0);
        ServerDatabase database = ServerDatabase.of(name, text(row, 1))
                .withSize(number(row, 2))
                .withText(text(row, 3), text(row, 4))
                .withAccess(Boolean.TRUE.equals(row.get(5)), Boolean.TRUE.equals(row.get(6)), (int) number(row, 7));
        if (isSystem(name)) {
            return database.ofSystem();
        }
        Optional<String> run = RunMarks.runOfDatabase(name);
        return run.isEmpty()
                ? database
                : database.ofRun(
                        name.startsWith(RunMarks.SHADOW) ? ServerDatabase.Kind.SHADOW : ServerDatabase.Kind.RETIRED,
                        run.get());
    }

    private static String text(List<@Nullable Object> row, int column) {
        return String.valueOf(row.get(column));
    }

    private static long number(List<@Nullable Object> row, int column) {
        if (row.get(column) instanceof Number number) {
            return number.longValue();
        }
        throw new EngineException(
                ErrorCode.SQL_FAILED, "the catalog has no number where one is due: " + row.get(column), "");
    }
}
