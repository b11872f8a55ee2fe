package io.codeb.error;

/**
 * The stable name of everything that can go wrong. A code never changes its meaning; new ones may join.
 *
 * <p>The exit status is what the command line ends with; codes of one family share it. The names are what HTTP problem
 * types and alerts carry.
 */
public enum ErrorCode {
    /** The configuration or a request contradicts itself or names something that does not exist. */
    CONFIG_INVALID(2, false),
    /** No implementation is on the class path for a scheme, runtime, engine or codec that was asked for. */
    MODULE_MISSING(2, false),
    /** The {@code CodeB} that was asked is closed. */
    CLOSED(2, false),

    /** The container runtime's service does not answer. */
    RUNTIME_UNAVAILABLE(10, true),
    /** No container has this name. */
    CONTAINER_NOT_FOUND(11, false),
    /** The container exists but does not run. */
    CONTAINER_NOT_RUNNING(11, true),
    /** A command's streams ended without proof of how the command ended. */
    EXEC_LOST(12, true),
    /** A command moved no byte for longer than allowed and was killed. */
    EXEC_IDLE(12, true),
    /** A command did not end in the time that it was given and was killed. */
    EXEC_TIMEOUT(12, true),
    /** A command could not be started: it is missing in the container, or not executable. */
    EXEC_NOT_STARTED(12, false),
    /** A container, image or volume could not be made or changed: the runtime says no. */
    CONTAINER_REFUSED(12, false),
    /** A container did not become healthy, or did not end, in the time that was allowed. */
    CONTAINER_NOT_READY(12, true),
    /** A container had too little memory for what it was to do. */
    CONTAINER_EXHAUSTED(12, false),
    /** No image has this name. */
    IMAGE_NOT_FOUND(11, false),
    /** The build of an image failed. */
    IMAGE_NOT_BUILT(12, false),
    /** A file in the container is missing, is not a regular file, or could not be read or written. */
    CONTAINER_FILE_FAILED(12, false),

    /** A program that the engine needs is missing where the command runs. */
    TOOL_MISSING(20, false),
    /** The dump program is older than the server. */
    TOOL_TOO_OLD(20, false),
    /** The server refused the user or the password. */
    AUTH_FAILED(21, false),
    /** The user lacks a right that the operation needs. */
    PERMISSION_DENIED(21, false),
    /** The database server does not answer. */
    SERVER_UNREACHABLE(22, true),
    /** The database does not exist. */
    DATABASE_NOT_FOUND(23, false),
    /** The database exists already. */
    DATABASE_EXISTS(23, false),
    /** The database was to be empty and is not. */
    DATABASE_NOT_EMPTY(23, false),
    /** The database is not to be dropped: it is the server's own, a template, or the project's own. */
    DATABASE_PROTECTED(23, false),
    /** A table pattern matches no table. */
    NOTHING_MATCHES(23, false),
    /** Tables of the database cannot get the rows of the backup's: they are of another form. */
    TABLES_DIFFER(23, false),
    /** Backup and target do not go together. */
    VERSION_MISMATCH(24, false),
    /** The target's server lacks roles, tablespaces or extensions that are needed. */
    TARGET_LACKS(24, false),
    /** The database's own disk is full. */
    TARGET_FULL(25, false),
    /** A lock could not be had in time. */
    LOCK_TIMEOUT(26, true),
    /** Others are connected to the database, or use it otherwise. */
    DATABASE_IN_USE(26, true),
    /** A statement ran longer than allowed. */
    QUERY_TIMEOUT(26, true),
    /** The server refused a statement. */
    SQL_FAILED(27, false),
    /** Rows would refer to rows that would not be there. */
    REFERENCE_BROKEN(27, false),
    /** A command of the engine ended with a status other than 0. */
    COMMAND_FAILED(27, false),
    /** Something that should be a dump is none: empty, of an unknown kind, or not a database's. */
    DUMP_UNRECOGNIZED(28, false),
    /** A script has commands in it that would reach beyond the database. */
    DUMP_UNSAFE(28, false),
    /** A dump has more bytes, when it is decompressed, than it may. */
    DUMP_TOO_LARGE(28, false),
    /** A dump has none of the tables of the database in whose place it was restored. */
    DUMP_UNRELATED(28, false),

    /** No backup has this id. */
    BACKUP_NOT_FOUND(30, false),
    /** Several backups have this id, in several repositories. */
    BACKUP_AMBIGUOUS(30, false),
    /** Other backups cannot be read without this one. */
    BACKUP_NEEDED(30, false),
    /** The backup is pinned, and stays until it is no more. */
    BACKUP_PINNED(30, false),
    /** The storage has no object under this key. */
    OBJECT_NOT_FOUND(31, false),
    /** The storage has an object under this key already. */
    OBJECT_EXISTS(31, false),
    /** There is no such storage where the configuration says: no bucket, another region, or what is no store. */
    STORAGE_MISSING(32, false),
    /** The storage refuses access. */
    STORAGE_DENIED(32, false),
    /** The storage asks to be called less often. */
    STORAGE_THROTTLED(33, true),
    /** The storage has no room left. */
    STORAGE_FULL(34, false),
    /** The storage does not answer. */
    STORAGE_UNAVAILABLE(35, true),
    /** The storage failed in a way that none of the other codes names. */
    STORAGE_FAILED(35, true),

    /** A stream ended before its end. */
    TRUNCATED(40, false),
    /** Content differs from the digest or size on record. */
    DIGEST_MISMATCH(40, false),
    /** Content is not of the form that it must have. */
    CORRUPT(40, false),
    /** A manifest is not valid. */
    MANIFEST_INVALID(41, false),
    /** A manifest was written by a newer version. */
    MANIFEST_NEWER(41, false),
    /** A restored database does not hold what the backup says. */
    RESTORE_DIFFERS(42, false),
    /** What is stored is encrypted, and no private key is here to read it. */
    KEY_MISSING(43, false),
    /** None of the private keys that are here opens what is stored. */
    KEY_WRONG(43, false),
    /** A backup has no signature, and must have one. */
    SIGNATURE_MISSING(44, false),
    /** A backup is signed with a key that is not trusted, or in an unknown form. */
    SIGNATURE_UNKNOWN(44, false),
    /** A backup is not what was signed. */
    SIGNATURE_WRONG(44, false),
    /** A backup was signed for another place than where it lies. */
    SIGNATURE_FOREIGN(44, false),

    /** An alert was not delivered, and may be later. */
    ALERT_UNDELIVERED(45, true),
    /** An alert was not delivered, and will not be: the receiver refuses it, or its address is wrong. */
    ALERT_REFUSED(45, false),

    /** A check found an error. */
    CHECK_FAILED(50, false),
    /** Another run holds the project. */
    LOCKED(51, true),

    /** A migration of a deployment failed, or cannot be made as it is. */
    MIGRATION_FAILED(60, false),
    /** A migration of a deployment has taken more rows out of the database than it may. */
    ROWS_MISSING(60, false),
    /** A migration of a deployment keeps those waiting for longer than it may who write to a table. */
    LOCKED_TOO_LONG(60, false),
    /** What a deployment has made of the database did not pass a probe. */
    PROBE_FAILED(61, false),
    /** The requests of an application could not be sent to another version of it. */
    SWITCH_FAILED(61, false),
    /** A deployment before has died on its way, or was left for somebody to decide. */
    DEPLOY_UNFINISHED(62, false),
    /** A release is not there, or what belongs to it is not. */
    RELEASE_UNREACHABLE(62, false),

    /** What is to be deployed is not there: no such repository, branch, tag or commit. */
    SOURCE_NOT_FOUND(63, false),
    /** Whoever has what is to be deployed does not hand it out, or is not who he should be. */
    SOURCE_DENIED(63, false),
    /** What is to be deployed lacks files, has too many, or some that nobody may have. */
    SOURCE_UNUSABLE(63, false),
    /** What is to be deployed could not be fetched. */
    SOURCE_UNAVAILABLE(64, true),

    /** The caller cancelled the run. */
    CANCELLED(130, false);

    private final int exitStatus;
    private final boolean retryable;

    ErrorCode(int exitStatus, boolean retryable) {
        this.exitStatus = exitStatus;
        this.retryable = retryable;
    }

    /**
     * The exit status of a command line that ends with this error.
     *
     * @return 2 to 130
     */
    public int exitStatus() {
        return exitStatus;
    }

    /**
     * Whether the same call, made again later and with nothing mended, can succeed.
     *
     * @return true where time alone can help
     */
    public boolean retryable() {
        return retryable;
    }
}
