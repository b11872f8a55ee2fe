package io.codeb.model;

/** What an entry of a backup is for. */
public enum EntryKind {
    /** The database, as one stream. */
    DUMP,
    /** What the server holds beside its databases: roles, memberships, tablespaces. */
    GLOBALS
}
