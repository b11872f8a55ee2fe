package io.codeb.model;

/**
 * A table as the catalog knows it. Begin with {@link #of}, so that a component that joins later changes nothing
 * for you.
 *
 * @param table its name
 * @param kind what kind of relation it is
 * @param estimatedRows by the server's statistics; -1 when it has none
 * @param sizeBytes on the server's disk, indexes and out-of-line values included
 */
public record TableInfo(TableName table, Kind kind, long estimatedRows, long sizeBytes) {
    /** Kinds of relations that hold rows, or stand for such. */
    public enum Kind {
        /** An ordinary table, a partition among them. */
        TABLE,
        /** A table whose rows are in its partitions. */
        PARTITIONED_TABLE,
        /** The stored result of a query. */
        MATERIALIZED_VIEW,
        /** A table whose rows another server holds. */
        FOREIGN_TABLE
    }

    /**
     * A table.
     *
     * @param table its name
     * @param kind what kind of relation it is
     * @param estimatedRows by the server's statistics; -1 when it has none
     * @param sizeBytes on the server's disk, indexes and out-of-line values included
     * @return it
     */
    public static TableInfo of(TableName table, Kind kind, long estimatedRows, long sizeBytes) {
        return new TableInfo(table, kind, estimatedRows, sizeBytes);
    }
}
