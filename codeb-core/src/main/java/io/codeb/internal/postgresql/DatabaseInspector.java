package io.codeb.internal.postgresql;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseFacts;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.Extension;
import io.codeb.model.QueryResult;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a database through its catalog, in two queries.
 *
 * <p>A table's size is its own: with indexes and out-of-line values, but not with partitions, which are tables of their
 * own. A partitioned table has none, and the number of its rows is what the last ANALYZE found in all partitions.
 */
final class DatabaseInspector {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int ROW_LIMIT = 1_000_000;

    /**
     * The columns of pg_database differ by version, so they are taken from a row as JSON, where a missing one is null.
     * The provider came with version 15; its locale was called daticulocale until 16.
     */
    private static final String DATABASE = """
            SELECT pg_catalog.current_setting('server_version'),
                   pg_catalog.current_setting('server_version_num')::integer,
                   d.datname::text,
                   pg_catalog.pg_get_userbyid(d.datdba)::text,
                   pg_catalog.pg_encoding_to_char(d.encoding)::text,
                   d.datcollate::text,
                   d.datctype::text,
                   pg_catalog.to_jsonb(d) ->> 'datlocprovider',
                   coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale', ''),
                   pg_catalog.pg_database_size(d.oid),
                   e.extname::text,
                   e.extversion
            FROM pg_catalog.pg_database d
            LEFT JOIN pg_catalog.pg_extension e ON true
            WHERE d.datname = pg_catalog.current_database()
            ORDER BY e.extname::text COLLATE "C"
            """;

    /**
     * Without what is temporary or the server's own. Before version 14, a table that was never analyzed looks like an
     * empty one; one that has pages is not of that kind.
     */
    private static final String TABLES = """
            SELECT n.nspname::text,
                   c.relname::text,
                   c.relkind::text,
                   CASE WHEN c.relkind = 'p' THEN 0 ELSE coalesce(pg_catalog.pg_total_relation_size(c.oid), 0) END,
                   CASE WHEN c.reltuples > 0 THEN c.reltuples::bigint
                        WHEN c.reltuples = 0 AND (c.relpages > 0
                             OR pg_catalog.current_setting('server_version_num')::integer >= 140000) THEN 0
                        ELSE -1 END
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'm', 'f')
              AND c.relpersistence <> 't'
              AND n.nspname <> 'information_schema'
              AND n.nspname !~ '^pg_'
            """;

    /** Asking for a table's size waits for whoever has locked the table. */
    private static final String TABLES_WITHOUT_SIZES =
            TABLES.replace("pg_catalog.pg_total_relation_size(c.oid)", "-1::bigint");

    private DatabaseInspector() {}

    static DatabaseInfo inspect(SqlClient client, Cancellation cancellation) {
        return inspect(client, TABLES, cancellation);
    }

    /** Looks without waiting for locks; the tables' sizes are not asked for and mean nothing. */
    static DatabaseInfo inspectWithoutSizes(SqlClient client, Cancellation cancellation) {
        return inspect(client, TABLES_WITHOUT_SIZES, cancellation);
    }

    private static DatabaseInfo inspect(SqlClient client, String tables, Cancellation cancellation) {
        List<List<@Nullable Object>> rows =
                client.query(read(DATABASE), cancellation).rows();
        if (rows.isEmpty()) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_FOUND, "the database is gone while it is looked at", "try again");
        }
        List<@Nullable Object> facts = rows.get(0);
        int version = (int) number(facts, 1);
        String provider = localeProvider(facts.get(7));
        List<Extension> extensions = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            if (row.get(10) != null) {
                extensions.add(new Extension(text(row, 10), text(row, 11)));
            }
        }
        DatabaseFacts database = new DatabaseFacts(
                text(facts, 2),
                text(facts, 3),
                text(facts, 4),
                text(facts, 5),
                text(facts, 6),
                provider,
                provider.equals("libc") ? "" : text(facts, 8),
                number(facts, 9),
                extensions);
        return new DatabaseInfo(
                "postgresql",
                new ServerVersion(text(facts, 0), version / 10_000, version % 10_000),
                database,
                tables(client, tables, cancellation));
    }

    private static List<TableInfo> tables(SqlClient client, String sql, Cancellation cancellation) {
        QueryResult answer = client.query(read(sql), cancellation);
        if (answer.truncated()) {
            throw new EngineException(ErrorCode.SQL_FAILED, "the database has more than " + ROW_LIMIT + " tables", "");
        }
        return answer.rows().stream()
                .map(row -> new TableInfo(
                        new TableName(text(row, 0), text(row, 1)), kind(text(row, 2)), number(row, 4), number(row, 3)))
                .sorted(Comparator.comparing(TableInfo::table))
                .toList();
    }

    private static QuerySpec read(String sql) {
        return new QuerySpec(sql, List.of(), ROW_LIMIT, TIMEOUT, true);
    }

    private static String localeProvider(@Nullable Object letter) {
        return switch (letter == null ? "c" : letter.toString()) {
            case "c" -> "libc";
            case "i" -> "icu";
            case "b" -> "builtin";
            default -> String.valueOf(letter);
        };
    }

    private static TableInfo.Kind kind(String letter) {
        return switch (letter) {
            case "p" -> TableInfo.Kind.PARTITIONED_TABLE;
            case "m" -> TableInfo.Kind.MATERIALIZED_VIEW;
            case "f" -> TableInfo.Kind.FOREIGN_TABLE;
            default -> TableInfo.Kind.TABLE;
        };
    }

    private static String text(List<@Nullable Object> row, int column) {
        return String.valueOf(row.get(column));
    }

    private static long number(List<@Nullable Object> row, int column) {
        if (row.get(column) instanceof Long number) {
            return number;
        }
        throw new EngineException(
                ErrorCode.SQL_FAILED, "the catalog has no number where one is due: " + row.get(column), "");
    }
}
