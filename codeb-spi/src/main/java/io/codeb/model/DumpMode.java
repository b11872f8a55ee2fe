package io.codeb.model;

/** How a database is read for a backup. The words of a manifest are those in lower case. */
public enum DumpMode {
    /** As the engine thinks best for the database and for the way to it. */
    AUTOMATIC,
    /** As one stream, by the server's own dump program alone. */
    SQL,
    /**
     * Over several connections at once, in one moment of the database: large tables in pieces, and the rest by the
     * server's own dump program.
     */
    PARALLEL
}
