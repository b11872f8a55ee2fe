package io.codeb.event;

/** What a run does. */
public enum Operation {
    /** Database to storage. */
    BACKUP,
    /** Storage to database. */
    RESTORE,
    /** A database that was replaced put back. */
    ROLLBACK,
    /** Storage to a server that is thrown away. */
    DRILL,
    /** Storage read and compared with its digests. */
    VERIFY,
    /** Storage, or a database as it is now, to a file or stream. */
    EXPORT,
    /** Storage to another storage, as it is. */
    COPY,
    /** Backups deleted that a policy does not keep. */
    PRUNE
}
