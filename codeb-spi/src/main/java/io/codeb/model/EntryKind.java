package io.codeb.model;

/** What an entry of a backup is for. */
public enum EntryKind {
    /** The database, as one stream. */
    DUMP,
    /** The database but for the rows of some tables, which are in entries of the kind {@link #PIECE}. */
    ARCHIVE,
    /** A run of rows of one table of an {@link #ARCHIVE}. */
    PIECE,
    /** What the server holds beside its databases: roles, memberships, tablespaces. */
    GLOBALS,
    /** What the rows of each table add up to, so that a restore can tell whether they are the same. */
    CHECKSUMS
}
