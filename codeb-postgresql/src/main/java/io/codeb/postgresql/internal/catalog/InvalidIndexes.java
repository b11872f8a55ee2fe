package io.codeb.postgresql.internal.catalog;

import io.codeb.error.Finding;
import io.codeb.model.Cancellation;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Indexes that pg_dump leaves out without a word, since they are not valid: what a {@code CREATE INDEX CONCURRENTLY}
 * that failed has left, for example. Those of partitioned tables it dumps.
 */
public final class InvalidIndexes {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int TOLD = 100;

    /** Rows of (schema, index, table); an index is in the schema of its table. */
    private static final String QUERY = """
            SELECT n.nspname::text, x.relname::text, t.relname::text
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
            JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
            WHERE NOT i.indisvalid AND t.relkind IN ('r', 'm') AND t.relpersistence <> 't'
              AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
            ORDER BY n.nspname::text COLLATE "C", x.relname::text COLLATE "C"
            """;

    private InvalidIndexes() {}

    /**
     * Looks for them.
     *
     * @param client is connected to the database
     * @param tables those that are dumped
     * @param cancellation ends it early
     * @return one finding for each
     */
    public static List<Finding> findings(SqlClient client, ChosenTables tables, Cancellation cancellation) {
        List<Finding> findings = new ArrayList<>();
        QuerySpec query = new QuerySpec(QUERY, List.of(), TOLD, TIMEOUT, true);
        for (List<@Nullable Object> row : client.query(query, cancellation).rows()) {
            String schema = String.valueOf(row.get(0));
            TableName index = new TableName(schema, String.valueOf(row.get(1)));
            TableName table = new TableName(schema, String.valueOf(row.get(2)));
            if (tables.holds(table)) {
                findings.add(new Finding(
                        "index-left-out",
                        Finding.Severity.WARNING,
                        "not valid",
                        "valid",
                        "index " + index + " of " + table
                                + " is not valid, so pg_dump leaves it out, and what is restored lacks it",
                        "REINDEX INDEX CONCURRENTLY " + SqlText.identifier(index) + ", or drop it"));
            }
        }
        return findings;
    }
}
