package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.model.Cancellation;
import io.codeb.model.RowDifference;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Counts the live rows of the tables that a backup holds. What it does not hold was made since, and is left out. */
final class RowComparison {
    private RowComparison() {}

    /** The tables with other numbers of rows than in the backup, in the order of their names. */
    static List<RowDifference> of(
            CodeB codeb, Project project, List<TableRows> backedUp, Set<String> leftOut, Cancellation cancellation) {
        Set<TableName> live = codeb.databases().tables(project.name(), cancellation).stream()
                .map(TableInfo::table)
                .collect(Collectors.toSet());
        List<TableRows> compared =
                backedUp.stream().filter(each -> !leftOut.contains(each.name())).toList();
        Map<TableName, Long> counts = RowCounts.of(
                codeb,
                project.name(),
                compared.stream().map(TableRows::table).filter(live::contains).toList(),
                cancellation);
        List<RowDifference> differences = new ArrayList<>();
        for (TableRows each : compared) {
            long now = counts.getOrDefault(each.table(), -1L);
            if (now != each.rows()) {
                differences.add(new RowDifference(each.schema(), each.name(), now, each.rows()));
            }
        }
        return differences;
    }
}
