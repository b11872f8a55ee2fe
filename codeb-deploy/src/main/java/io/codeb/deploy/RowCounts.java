package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.QueryRequest;
import io.codeb.model.Cancellation;
import io.codeb.model.TableName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the rows of tables, many with one question. */
final class RowCounts {
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final int AT_ONCE = 20;

    private RowCounts() {}

    /** The rows of each, without those of tables that inherit from it. */
    static Map<TableName, Long> of(CodeB codeb, String project, List<TableName> tables, Cancellation cancellation) {
        Map<TableName, Long> counts = new HashMap<>();
        for (int from = 0; from < tables.size(); from += AT_ONCE) {
            List<TableName> some = tables.subList(from, Math.min(tables.size(), from + AT_ONCE));
            StringBuilder sql = new StringBuilder();
            for (int i = 0; i < some.size(); i++) {
                sql.append(i == 0 ? "" : " UNION ALL ")
                        .append("SELECT ")
                        .append(i)
                        .append(", count(*) FROM ONLY ")
                        .append(quoted(some.get(i).schema()))
                        .append('.')
                        .append(quoted(some.get(i).name()));
            }
            for (List<@Nullable Object> row : codeb.databases()
                    .query(
                            QueryRequest.of(project, sql.toString())
                                    .limit(AT_ONCE)
                                    .timeout(LIMIT),
                            cancellation)
                    .rows()) {
                if (row.get(0) instanceof Number index && row.get(1) instanceof Number rows) {
                    counts.put(some.get(index.intValue()), rows.longValue());
                }
            }
        }
        return counts;
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
