package io.codeb.model;

/**
 * A table's name as the database has it, unquoted.
 *
 * @param schema its schema
 * @param name its own name
 */
public record TableName(String schema, String name) implements Comparable<TableName> {
    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    /** Schema and name with a dot between them, unquoted: for people only. */
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
