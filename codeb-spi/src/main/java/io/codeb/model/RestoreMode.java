package io.codeb.model;

/** What a restore expects to find, and may do to it. */
public enum RestoreMode {
    /** The database must not exist. It appears under its name once it is loaded and proven. */
    NEW,
    /** The database exists and has nothing in the way: it is loaded in one transaction. */
    EXISTING,
    /**
     * The database, if it exists, is replaced: the backup is loaded and proven beside it, then takes its name, and the
     * old one is kept for a while under another, or dropped.
     */
    REPLACING
}
