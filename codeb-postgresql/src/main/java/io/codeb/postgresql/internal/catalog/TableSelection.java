package io.codeb.postgresql.internal.catalog;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Selection;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns table patterns into the tables that they mean, by the catalog. */
public final class TableSelection {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int ROW_LIMIT = 1_000_000;

    private static final String PARTITIONS = """
            SELECT pn.nspname::text, p.relname::text, cn.nspname::text, c.relname::text
            FROM pg_catalog.pg_inherits i
            JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relkind = 'p'
            JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
            JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
            JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
            """;

    private final List<TableInfo> tables;
    private final Map<TableName, List<TableName>> partitions;

    /**
     * Makes the selection.
     *
     * @param tables every table of the database
     * @param partitions the direct partitions of each partitioned table
     */
    TableSelection(List<TableInfo> tables, Map<TableName, List<TableName>> partitions) {
        this.tables = tables;
        this.partitions = partitions;
    }

    /**
     * Looks the partitions up.
     *
     * @param tables every table of the database
     * @param client is connected to it
     * @param cancellation ends it early
     */
    public static TableSelection of(List<TableInfo> tables, SqlClient client, Cancellation cancellation) {
        Map<TableName, List<TableName>> partitions = new HashMap<>();
        QuerySpec query = new QuerySpec(PARTITIONS, List.of(), ROW_LIMIT, TIMEOUT, true);
        for (List<@Nullable Object> row : client.query(query, cancellation).rows()) {
            TableName parent = new TableName(String.valueOf(row.get(0)), String.valueOf(row.get(1)));
            TableName partition = new TableName(String.valueOf(row.get(2)), String.valueOf(row.get(3)));
            partitions.computeIfAbsent(parent, missing -> new ArrayList<>()).add(partition);
        }
        return new TableSelection(tables, partitions);
    }

    /**
     * Resolves patterns. A partitioned table stands for its partitions too.
     *
     * @param selection the patterns
     * @return the tables that they mean
     * @throws EngineException {@code NOTHING_MATCHES} when a pattern matches no table, or nothing is left
     */
    public ChosenTables choose(Selection selection) {
        Set<TableName> included = resolve(selection.include());
        Set<TableName> excluded = resolve(selection.exclude());
        if (included.isEmpty()) {
            return excluded.isEmpty() ? ChosenTables.ALL : ChosenTables.without(excluded);
        }
        included.removeAll(excluded);
        if (included.isEmpty()) {
            throw nothing("the tables that are to be left out are all that there are to take");
        }
        return ChosenTables.only(included);
    }

    private Set<TableName> resolve(List<String> patterns) {
        Set<TableName> matched = new TreeSet<>();
        matching(patterns, tables.stream().map(TableInfo::table).toList())
                .forEach(table -> addWithPartitions(table, matched));
        return matched;
    }

    /**
     * Finds the tables that patterns mean, and those alone.
     *
     * @param patterns as requests have them
     * @param tables all that there are
     * @return in the order of their names
     * @throws EngineException {@code NOTHING_MATCHES} when a pattern matches no table
     */
    public static Set<TableName> matching(List<String> patterns, Collection<TableName> tables) {
        Set<TableName> matched = new TreeSet<>();
        for (String text : patterns) {
            TablePattern pattern = TablePattern.parse(text);
            List<TableName> found = tables.stream().filter(pattern::matches).toList();
            if (found.isEmpty()) {
                throw nothing("pattern '" + text + "' matches no table");
            }
            matched.addAll(found);
        }
        return matched;
    }

    private void addWithPartitions(TableName table, Set<TableName> matched) {
        if (matched.add(table)) {
            partitions.getOrDefault(table, List.of()).forEach(partition -> addWithPartitions(partition, matched));
        }
    }

    private static EngineException nothing(String problem) {
        return new EngineException(
                ErrorCode.NOTHING_MATCHES, problem, "list the tables of the database and check the spelling");
    }
}
