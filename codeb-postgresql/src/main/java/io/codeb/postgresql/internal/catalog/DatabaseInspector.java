package io.codeb.postgresql.internal.catalog;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.QueryResult;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a database through its catalog, in two queries.
 *
 * <p>A table's size is its own: with indexes and out-of-line values, but not with partitions, which are tables of their
 * own. A partitioned table has none, and the number of its rows is what the last ANALYZE found in all partitions.
 */
public final class DatabaseInspector {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int ROW_LIMIT = 1_000_000;

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

    /** Asking for a table's size waits for whoever has locked the table; the statistics do not. */
    private static final String TABLES_BY_STATISTICS = TABLES.replace("pg_catalog.pg_total_relation_size(c.oid)", """
                    pg_catalog.current_setting('block_size')::bigint * (c.relpages + coalesce(
                        (SELECT t.relpages FROM pg_catalog.pg_class t WHERE t.oid = c.reltoastrelid), 0))""");

    private DatabaseInspector() {}

    public static Inspection inspect(SqlClient client, Cancellation cancellation) {
        return inspect(client, TABLES, cancellation);
    }

    /** Looks without waiting for locks: a table's size is what the last VACUUM or ANALYZE found, without indexes. */
    public static Inspection inspectByStatistics(SqlClient client, Cancellation cancellation) {
        return inspect(client, TABLES_BY_STATISTICS, cancellation);
    }

    public static List<TableInfo> tables(SqlClient client, Cancellation cancellation) {
        return tables(client, TABLES, cancellation);
    }

    private static Inspection inspect(SqlClient client, String tables, Cancellation cancellation) {
        DatabaseCatalog catalog = DatabaseCatalog.ofCurrent(client, cancellation);
        return new Inspection(catalog.server(), catalog.database(), tables(client, tables, cancellation));
    }

    private static List<TableInfo> tables(SqlClient client, String sql, Cancellation cancellation) {
        QueryResult answer = client.query(read(sql), cancellation);
        if (answer.truncated()) {
            throw new EngineException(ErrorCode.SQL_FAILED, "the database has more than " + ROW_LIMIT + " tables", "");
        }
        return answer.rows().stream()
                .map(row -> TableInfo.of(
                        new TableName(text(row, 0), text(row, 1)), kind(text(row, 2)), number(row, 4), number(row, 3)))
                .sorted(Comparator.comparing(TableInfo::table))
                .toList();
    }

    private static QuerySpec read(String sql) {
        return new QuerySpec(sql, List.of(), ROW_LIMIT, TIMEOUT, true);
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
