package io.codeb.json;

import io.codeb.model.QueryResult;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a query.
 *
 * @param columns in their order
 * @param rows values in the order of the columns: numbers and truth as they are, bytes in Base64, everything else as
 *     text
 * @param truncated whether there were more rows than were asked for
 */
public record Queried(List<ColumnView> columns, List<List<@Nullable Object>> rows, boolean truncated) {
    /**
     * Makes it of an answer.
     *
     * @param result the answer
     * @return the same as JSON has it
     */
    public static Queried of(QueryResult result) {
        return new Queried(
                result.columns().stream()
                        .map(column -> new ColumnView(column.name(), column.type()))
                        .toList(),
                result.rows().stream().map(Queried::plain).toList(),
                result.truncated());
    }

    private static List<@Nullable Object> plain(List<@Nullable Object> row) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Object value : row) {
            boolean plain = value == null || value instanceof Number || value instanceof Boolean;
            if (value instanceof byte[] bytes) {
                values.add(Base64.getEncoder().encodeToString(bytes));
            } else {
                values.add(plain ? value : value.toString());
            }
        }
        return values;
    }
}
