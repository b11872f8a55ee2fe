package io.codeb.postgresql.internal.catalog;

import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are loaded where foreign keys are in force must come after the rows that they refer to. pg_dump puts tables
 * into such an order where there is one: not for keys that form a cycle, and not for those of partitioned tables. A key
 * from a table to itself does no harm: the rows of one COPY are checked together. Nor does one that is checked at the
 * end of the transaction, in which all of the rows are loaded.
 */
public final class ForeignKeyOrder {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int ROW_LIMIT = 1_000_000;
    private static final int TOLD = 10;

    /** Rows of (key, whether this is the end it points to, schema, table), one for each partition of either end. */
    private static final String QUERY = """
            WITH RECURSIVE keys AS (
                SELECT oid, conrelid, confrelid
                FROM pg_catalog.pg_constraint k
                WHERE contype = 'f' AND conparentid = 0 AND NOT condeferred AND conrelid <> confrelid
                  AND pg_catalog.to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false'),
            parts (root, oid) AS (
                SELECT oid, oid FROM (SELECT conrelid FROM keys UNION SELECT confrelid FROM keys) AS ends (oid)
                UNION ALL
                SELECT p.root, i.inhrelid
                FROM parts p
                JOIN pg_catalog.pg_class c ON c.oid = p.oid AND c.relkind = 'p'
                JOIN pg_catalog.pg_inherits i ON i.inhparent = p.oid)
            SELECT k.oid, e.target, n.nspname::text, c.relname::text
            FROM keys k
            CROSS JOIN LATERAL (VALUES (false, k.conrelid), (true, k.confrelid)) AS e (target, root)
            JOIN parts p ON p.root = e.root
            JOIN pg_catalog.pg_class c ON c.oid = p.oid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            """;

    /** A foreign key's two ends, each a table or the partitions of one. */
    private static final class Key {
        private final List<TableName> sources = new ArrayList<>();
        private final List<TableName> targets = new ArrayList<>();
    }

    private final Map<Object, Key> keys = new LinkedHashMap<>();

    private ForeignKeyOrder() {}

    /** Looks the keys up in the database that the client is connected to. */
    public static ForeignKeyOrder of(SqlClient client, Cancellation cancellation) {
        ForeignKeyOrder order = new ForeignKeyOrder();
        QuerySpec query = new QuerySpec(QUERY, List.of(), ROW_LIMIT, TIMEOUT, true);
        for (List<@Nullable Object> row : client.query(query, cancellation).rows()) {
            Key key = order.keys.computeIfAbsent(String.valueOf(row.get(0)), missing -> new Key());
            TableName table = new TableName(String.valueOf(row.get(2)), String.valueOf(row.get(3)));
            (Boolean.TRUE.equals(row.get(1)) ? key.targets : key.sources).add(table);
        }
        return order;
    }

    /**
     * Compares the keys with a dump.
     *
     * @param dumped the tables in the order in which the dump has their rows
     * @return what to tell whoever made a dump of rows only; empty when it can be loaded
     */
    public Optional<Notice> notice(List<TableRows> dumped) {
        Map<TableName, Integer> positions = new HashMap<>();
        for (TableRows table : dumped) {
            if (table.rows() > 0) {
                positions.put(table.table(), positions.size());
            }
        }
        TreeSet<String> told = new TreeSet<>();
        for (Key key : keys.values()) {
            for (TableName source : key.sources) {
                Integer position = positions.get(source);
                if (position != null) {
                    key.targets.stream()
                            .filter(target -> positions.getOrDefault(target, -1) > position)
                            .findFirst()
                            .ifPresent(target -> told.add(source + " before " + target));
                }
            }
        }
        if (told.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Notice(
                "foreign-key-order",
                "tables are dumped before tables that their foreign keys point to ("
                        + String.join(", ", told.stream().limit(TOLD).toList())
                        + (told.size() > TOLD ? ", and " + (told.size() - TOLD) + " more" : "")
                        + "): where these keys are in force, the rows cannot be restored; back up with"
                        + " options(\"--disable-triggers\") and restore as a superuser, or back up definitions and rows"
                        + " together"));
    }
}
