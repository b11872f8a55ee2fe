package io.codeb.postgresql.internal.catalog;

import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.script.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The tables that a selection means, by their exact names, so that nothing is left to guess.
 *
 * @param scope how the list is meant
 * @param tables the list, in order; empty for {@link Scope#ALL}
 */
public record ChosenTables(Scope scope, List<TableName> tables) {
    public static final ChosenTables ALL = new ChosenTables(Scope.ALL, List.of());

    /** The head of a row and its pointer in the page. */
    static final long ROW_OVERHEAD_BYTES = 28;

    public enum Scope {
        /** The whole database. */
        ALL,
        /** The tables listed and nothing else. */
        ONLY,
        /** The whole database without the tables listed. */
        WITHOUT;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ChosenTables {
        tables = List.copyOf(tables);
    }

    static ChosenTables only(Set<TableName> tables) {
        return new ChosenTables(Scope.ONLY, List.copyOf(tables));
    }

    static ChosenTables without(Set<TableName> tables) {
        return new ChosenTables(Scope.WITHOUT, List.copyOf(tables));
    }

    /** Whether a table is one of them. */
    public boolean holds(TableName table) {
        return switch (scope) {
            case ALL -> true;
            case ONLY -> tables.contains(table);
            case WITHOUT -> !tables.contains(table);
        };
    }

    /**
     * About how large a dump of their rows is: as text they take about as much room as on disk, without what the server
     * keeps of each row. Where the statistics know of no rows yet, the size of the whole database stands for that of
     * its tables.
     *
     * @param inspected by statistics
     * @return bytes; -1 when nobody knows
     */
    public long estimatedSize(Inspection inspected) {
        long known = inspected.tables().stream()
                .filter(table -> table.kind() == TableInfo.Kind.TABLE && holds(table.table()))
                .mapToLong(table ->
                        Math.max(0, table.sizeBytes() - ROW_OVERHEAD_BYTES * Math.max(0, table.estimatedRows())))
                .sum();
        if (known == 0 && scope == Scope.ALL) {
            known = inspected.database().sizeBytes();
        }
        return known == 0 ? -1 : known;
    }

    /** For pg_dump; none for the whole database. */
    public List<String> arguments() {
        if (scope == Scope.ALL) {
            return List.of();
        }
        String option = scope == Scope.ONLY ? "--table=" : "--exclude-table=";
        List<String> arguments = new ArrayList<>();
        tables.forEach(table -> arguments.add(option + SqlText.identifier(table)));
        // A table that goes away between the look at the catalog and the dump is an error, not a silence.
        arguments.add("--strict-names");
        return arguments;
    }

    /** The list as PostgreSQL reads a {@code text[]}: each element schema and name, both in double quotes. */
    String asArray() {
        return SqlText.array(tables.stream().map(SqlText::identifier).toList());
    }
}
