package io.codeb.postgresql.internal.catalog;

import io.codeb.model.TableName;
import java.util.List;

/**
 * A table whose rows are worth more than one connection.
 *
 * @param oid the server's number of it
 * @param name its name
 * @param columns those that a dump holds, in the table's order; at least one
 * @param pages of its heap when it was looked at
 * @param bytes of its heap and its out-of-line values then
 * @param unlogged whether a crash of the server empties it
 */
public record BulkTable(String oid, TableName name, List<String> columns, long pages, long bytes, boolean unlogged) {
    public BulkTable {
        columns = List.copyOf(columns);
    }
}
