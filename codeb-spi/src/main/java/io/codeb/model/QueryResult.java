package io.codeb.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query answered. Begin with {@link #of}, so that a component that joins later
 * changes nothing for you. A value is null or, by its column's type: {@link Boolean}, {@link Long} (all integer types),
 * {@link Float}, {@link Double}, {@link java.math.BigDecimal}, {@link java.time.LocalDate},
 * {@link java.time.LocalTime}, {@link java.time.LocalDateTime}, {@link java.time.OffsetDateTime} (in UTC),
 * {@link java.util.UUID}, {@code byte[]}; everything else, and values that Java's type cannot hold, as the
 * {@link String} that the server writes.
 *
 * @param columns in the query's order
 * @param rows one list a row, as long as {@code columns}
 * @param truncated true when the query had more rows than the limit allowed
 */
public record QueryResult(List<Column> columns, List<List<@Nullable Object>> rows, boolean truncated) {
    /** Copies the lists; rows can hold nulls. */
    public QueryResult {
        columns = List.copyOf(columns);
        List<List<@Nullable Object>> copy = new ArrayList<>(rows.size());
        for (List<@Nullable Object> row : rows) {
            copy.add(Collections.unmodifiableList(new ArrayList<>(row)));
        }
        rows = Collections.unmodifiableList(copy);
    }

    /**
     * What a query answered.
     *
     * @param columns in the query's order
     * @param rows one list a row, as long as {@code columns}
     * @param truncated true when the query had more rows than the limit allowed
     * @return it
     */
    public static QueryResult of(List<Column> columns, List<List<@Nullable Object>> rows, boolean truncated) {
        return new QueryResult(columns, rows, truncated);
    }

    /**
     * A column of the result.
     *
     * @param name as the query names it; names can repeat
     * @param type the database's name of its type, without length or precision
     */
    public record Column(String name, String type) {}
}
