package io.codeb.postgresql.internal.restore;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.UserTables;
import io.codeb.postgresql.internal.catalog.UserTables.UserTable;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.ScriptPromises;
import io.codeb.spi.engine.DumpFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what a restored database holds, and compares it with what it must hold. */
final class Proof {
    private static final int TOLD = 10;

    private Proof() {}

    /**
     * What went into psql.
     *
     * @param tables rows by table, counted as the script went by
     * @param taken rows by table that the server says it has taken by COPY
     * @param compared whether nothing but COPY made rows, or took some away, as in a script of pg_dump
     * @param filled the tables that a script fills which defines nothing; null for one that defines something
     * @param promises what the script says that will be there besides
     */
    record Loaded(
            List<TableRows> tables,
            Map<TableName, Long> taken,
            boolean compared,
            @Nullable Set<TableName> filled,
            ScriptPromises promises) {}

    /**
     * Compares the rows that the script had, the manifest says, and the database now holds. In a table of an extension
     * there are also rows that came with the extension, or that it has written itself meanwhile: there, what is
     * compared is how many the server says it has taken.
     *
     * @param psql a session of our own, or one that is sober again
     * @param loaded what went into psql
     * @param dump what must be there; null when nobody knows but the script
     * @return rows by table, counted in the database: of the manifest's tables; where there is none, of those that rows
     *     alone fill, or of all
     */
    static List<TableRows> compare(PsqlLoad psql, Loaded loaded, @Nullable DumpFacts dump) {
        if (dump != null && !dump.tables().equals(loaded.tables())) {
            throw differs(
                    "the dump holds other rows than its manifest says",
                    byTable(dump.tables()),
                    byTable(loaded.tables()));
        }
        Map<TableName, UserTable> tables = UserTables.of(psql);
        Map<TableName, Long> expected = byTable(loaded.tables());
        Set<TableName> wanted = dump != null ? expected.keySet() : loaded.filled();
        List<UserTable> known = tables.values().stream()
                .filter(table -> wanted == null || wanted.contains(table.name()))
                .toList();
        // Planning looks into indexes, whose functions may rely on the path that applications have.
        psql.statement("RESET search_path;");
        Map<TableName, Long> counted = new TreeMap<>(UserTables.count(psql, known));
        if (dump == null && wanted != null) {
            counted.putAll(UserTables.countWithChildren(
                    psql, known.stream().filter(UserTable::partitioned).toList()));
        }
        if (loaded.compared()) {
            Map<TableName, Long> found = new TreeMap<>(counted);
            found.keySet().retainAll(expected.keySet());
            if (dump == null) {
                // Rows of a foreign dump may have come in through the root of their partitions.
                found.putAll(UserTables.countWithChildren(
                        psql,
                        tables.values().stream()
                                .filter(table -> found.getOrDefault(table.name(), -1L) == 0)
                                .filter(table -> expected.getOrDefault(table.name(), 0L) > 0)
                                .toList()));
            }
            tables.values().stream()
                    .filter(table -> table.extensions() && found.containsKey(table.name()))
                    .forEach(table -> found.put(table.name(), loaded.taken().getOrDefault(table.name(), 0L)));
            if (!found.equals(expected)) {
                throw differs("the restored database holds other rows than the dump", expected, found);
            }
        }
        psql.statement(OwnSession.SEARCH_PATH);
        return tables.values().stream()
                .filter(table -> counted.containsKey(table.name()) && (wanted != null || !table.partitioned()))
                .map(table -> new TableRows(
                        table.name().schema(), table.name().name(), counted.getOrDefault(table.name(), 0L)))
                .toList();
    }

    private static IntegrityException differs(
            String problem, Map<TableName, Long> expected, Map<TableName, Long> found) {
        Map<TableName, Long> missing = new TreeMap<>(expected);
        List<String> differences = new ArrayList<>();
        found.forEach((table, rows) -> {
            Long wanted = missing.remove(table);
            if (wanted == null) {
                differences.add(table + " was not expected");
            } else if (!wanted.equals(rows)) {
                differences.add(table + " has " + rows + " rows instead of " + wanted);
            }
        });
        missing.forEach((table, rows) -> differences.add(table + " is missing, with its " + rows + " rows"));
        String told = String.join("; ", differences.subList(0, Math.min(TOLD, differences.size())));
        return new IntegrityException(
                ErrorCode.RESTORE_DIFFERS,
                problem + ": " + told
                        + (differences.size() > TOLD ? "; and " + (differences.size() - TOLD) + " more" : ""),
                "nothing was kept of this restore; look for triggers or rules that change rows as they come");
    }

    private static Map<TableName, Long> byTable(List<TableRows> tables) {
        Map<TableName, Long> rows = new TreeMap<>();
        tables.forEach(table -> rows.put(table.table(), table.rows()));
        return rows;
    }
}
