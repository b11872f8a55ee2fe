package io.codeb.deploy;

import io.codeb.QueryRequest;
import io.codeb.model.QueryResult;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table in which a tool notes what it has applied, in the database that is guarded: what stands there is so. */
final class MigrationTable {
    private static final int MOST_ROWS = 100_000;

    private final DeployTarget target;
    private final @Nullable TableName table;

    private MigrationTable(DeployTarget target, @Nullable TableName table) {
        this.target = target;
        this.table = table;
    }

    /** Looks for it, in whatever schema. */
    static MigrationTable of(DeployTarget target, String name) {
        return new MigrationTable(
                target,
                target.codeb().databases().tables(target.project().name(), target.cancellation()).stream()
                        .map(TableInfo::table)
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElse(null));
    }

    /**
     * Asks for texts.
     *
     * @param expression of a row
     * @param rest what stands behind the table's name: a condition, an order
     * @return one for each row; none where there is no table
     */
    List<String> texts(String expression, String rest) {
        if (table == null) {
            return List.of();
        }
        String from = quoted(table.schema()) + "." + quoted(table.name());
        String sql = "SELECT " + expression + " FROM " + from + " " + rest;
        QueryResult answer = target.codeb()
                .databases()
                .query(
                        QueryRequest.of(target.project().name(), sql)
                                .limit(MOST_ROWS)
                                .timeout(target.limit()),
                        target.cancellation());
        return answer.rows().stream().map(row -> String.valueOf(row.get(0))).toList();
    }

    /**
     * Asks how long each took.
     *
     * @param name expression of a row
     * @param millis expression of a row, a whole number; rows where it is null are left out
     * @param rest as for {@link #texts}
     * @return by name, in the order of the rows; of two of the same name the later one counts
     */
    Map<String, Duration> durations(String name, String millis, String rest) {
        Map<String, Duration> durations = new LinkedHashMap<>();
        for (String text : texts("coalesce((" + millis + ")::text || ' ' || " + name + ", '')", rest)) {
            int space = text.indexOf(' ');
            if (space > 0) {
                durations.put(text.substring(space + 1), Duration.ofMillis(Long.parseLong(text.substring(0, space))));
            }
        }
        return durations;
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
