package io.codeb.examples.demo;

import io.codeb.DatabaseService;
import io.codeb.model.Cancellation;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One table in two databases.
 *
 * @param table which
 * @param source what the first database holds; null where it has no such table
 * @param copy what the second holds; null where it has no such table
 */
record Comparison(
        TableName table,
        @Nullable Fingerprint source,
        @Nullable Fingerprint copy) {
    /** Compares all tables that hold rows of their own. */
    static List<Comparison> of(DatabaseService databases, String source, String copy, Cancellation cancellation) {
        Map<TableName, Fingerprint> inSource = fingerprints(databases, source, cancellation);
        Map<TableName, Fingerprint> inCopy = fingerprints(databases, copy, cancellation);
        Set<TableName> all = new TreeSet<>(inSource.keySet());
        all.addAll(inCopy.keySet());
        List<Comparison> comparisons = new ArrayList<>();
        for (TableName table : all) {
            comparisons.add(new Comparison(table, inSource.get(table), inCopy.get(table)));
        }
        return comparisons;
    }

    private static Map<TableName, Fingerprint> fingerprints(
            DatabaseService databases, String project, Cancellation cancellation) {
        Map<TableName, Fingerprint> fingerprints = new TreeMap<>();
        for (TableInfo info : databases.tables(project)) {
            if (info.kind() == TableInfo.Kind.TABLE) {
                fingerprints.put(info.table(), Fingerprint.of(databases, project, info.table(), cancellation));
            }
        }
        return fingerprints;
    }

    boolean equal() {
        return Objects.equals(source, copy);
    }
}
