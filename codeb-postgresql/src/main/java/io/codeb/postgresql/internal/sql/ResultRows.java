package io.codeb.postgresql.internal.sql;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.QueryResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers a query's rows up to its limit. */
final class ResultRows {
    /** How much text all rows of a result may have together, in characters or bytes. */
    static final int TEXT_LIMIT = 64 * 1024 * 1024;

    private final int rowLimit;
    private final List<QueryResult.Column> columns = new ArrayList<>();
    private final List<ColumnType> types = new ArrayList<>();
    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private boolean truncated;
    private long text;

    ResultRows(int rowLimit) {
        this.rowLimit = rowLimit;
    }

    void addColumn(String name, ColumnType type) {
        columns.add(new QueryResult.Column(name, type.name()));
        types.add(type);
    }

    int columnCount() {
        return columns.size();
    }

    /** Takes a row of as many values as there are columns, unless there are enough rows. */
    void addRow(List<@Nullable String> values) {
        if (rows.size() == rowLimit) {
            truncated = true;
            return;
        }
        List<@Nullable Object> row = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            text += value == null ? 0 : value.length();
            row.add(types.get(i).readNullable(value));
        }
        if (text > TEXT_LIMIT) {
            throw tooLarge(null);
        }
        rows.add(row);
    }

    QueryResult result() {
        return QueryResult.of(columns, rows, truncated);
    }

    static EngineException tooLarge(@Nullable Throwable cause) {
        return new EngineException(
                ErrorCode.SQL_FAILED,
                "the query answers more than " + TEXT_LIMIT / (1024 * 1024) + " MiB",
                "lower its row limit, or ask for fewer columns",
                cause);
    }
}
