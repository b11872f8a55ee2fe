package io.codeb.model;

/** Which side of a database a backup holds. */
public enum Content {
    /** Definitions and rows. */
    FULL,
    /** Definitions only. */
    SCHEMA_ONLY,
    /** Rows only: what restores them needs the definitions to be there. */
    DATA_ONLY
}
