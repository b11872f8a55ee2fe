package io.codeb.internal.postgresql;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Manifest;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what a restored database holds, and compares it with what it must hold. */
final class Proof {
    private static final int TOLD = 10;

    private Proof() {}

    /**
     * Compares the rows that the script had, the manifest says, and the database now holds.
     *
     * @param psql sees the loaded rows, committed or not
     * @param loaded rows by table, counted as the script went by
     * @param manifest what must be there; null when nobody knows but the script
     * @return rows by table, counted in the database
     */
    static List<TableRows> compare(PsqlLoad psql, List<TableRows> loaded, @Nullable Manifest manifest) {
        if (manifest != null && !manifest.tables().equals(loaded)) {
            throw differs("the dump holds other rows than its manifest says", manifest.tables(), loaded);
        }
        List<TableRows> counted =
                count(psql, loaded.stream().map(TableRows::table).toList(), "ONLY ");
        if (manifest == null && !counted.equals(loaded)) {
            // Rows of a foreign dump may have come in through the root of their partitions.
            counted = throughRoots(psql, loaded, counted);
        }
        if (!counted.equals(loaded)) {
            throw differs("the restored database holds other rows than the dump", loaded, counted);
        }
        return counted;
    }

    private static List<TableRows> throughRoots(PsqlLoad psql, List<TableRows> loaded, List<TableRows> counted) {
        List<TableRows> corrected = new ArrayList<>(counted);
        for (int i = 0; i < counted.size(); i++) {
            if (counted.get(i).rows() == 0 && loaded.get(i).rows() > 0) {
                corrected.set(
                        i, count(psql, List.of(counted.get(i).table()), "").get(0));
            }
        }
        return corrected;
    }

    /** Counts the rows of tables themselves, without those of their partitions and children. */
    static List<TableRows> count(PsqlLoad psql, List<TableName> tables) {
        return count(psql, tables, "ONLY ");
    }

    private static List<TableRows> count(PsqlLoad psql, List<TableName> tables, String only) {
        List<String> answers = psql.ask(tables.stream()
                .map(table -> "pg_catalog.count(*) FROM " + only + SqlText.identifier(table))
                .toList());
        List<TableRows> rows = new ArrayList<>(tables.size());
        for (int i = 0; i < tables.size(); i++) {
            rows.add(new TableRows(tables.get(i).schema(), tables.get(i).name(), Long.parseLong(answers.get(i))));
        }
        return rows;
    }

    private static IntegrityException differs(String problem, List<TableRows> expected, List<TableRows> found) {
        Map<TableName, Long> missing = byTable(expected);
        List<String> differences = new ArrayList<>();
        for (TableRows table : found) {
            Long rows = missing.remove(table.table());
            if (rows == null) {
                differences.add(table.table() + " was not expected");
            } else if (rows != table.rows()) {
                differences.add(table.table() + " has " + table.rows() + " rows instead of " + rows);
            }
        }
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
