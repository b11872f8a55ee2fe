package io.codeb.postgresql.internal.catalog;

import io.codeb.model.TableName;
import java.util.List;

/**
 * What the rows of one table add up to, in whatever order they are.
 *
 * @param schema the table's schema
 * @param name the table's name
 * @param columns whose values are in it, in the order in which they are
 * @param rows how many rows there were
 * @param sum 32 hexadecimal digits
 */
public record TableChecksum(String schema, String name, List<String> columns, long rows, String sum) {
    /** Copies the list. */
    public TableChecksum {
        columns = List.copyOf(columns);
    }

    /** The table. */
    public TableName table() {
        return new TableName(schema, name);
    }
}
