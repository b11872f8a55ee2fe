package io.codeb.model;

/**
 * How many rows of a table a backup holds, counted in the dump itself.
 *
 * @param schema the table's schema
 * @param name the table's name
 * @param rows at least 0
 */
public record TableRows(String schema, String name, long rows) {
    /**
     * The table.
     *
     * @return its name with its schema
     */
    public TableName table() {
        return new TableName(schema, name);
    }
}
