package io.codeb.model;

import java.util.Objects;

/**
 * How many rows a table has in a database that is live, and in one that is kept. Rows are counted and not compared: a
 * table with as many rows in both can hold others.
 *
 * @param schema its schema
 * @param name its name
 * @param live how many rows it has in the live one; -1 where there is no such table
 * @param kept how many rows it has in the one that is kept; -1 where there is no such table
 */
public record RowDifference(String schema, String name, long live, long kept) {
    /** Takes no null. */
    public RowDifference {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(name, "name");
    }

    /**
     * How many rows of the live one the other one has not, by count.
     *
     * @return zero or more
     */
    public long missing() {
        return Math.max(0, Math.max(0, live) - Math.max(0, kept));
    }
}
