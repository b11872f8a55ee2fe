package io.codeb.spi.alert;

/** What an alert is about. A kind never changes its meaning; new ones may join. */
public enum AlertKind {
    /** A backup was tried and there is none. */
    BACKUP_FAILED(Severity.ERROR),
    /** A project has had no good backup for longer than it may. */
    BACKUP_LATE(Severity.ERROR),
    /** A backup is much larger or smaller than those before it. */
    BACKUP_SIZE(Severity.WARNING),
    /** A backup was not proven. */
    DRILL_FAILED(Severity.ERROR),
    /** Backups that were to go are still there. */
    PRUNE_FAILED(Severity.WARNING),
    /** A mirror lacks backups. */
    MIRROR_BEHIND(Severity.WARNING),
    /** A storage has room for few backups more. */
    STORAGE_LOW(Severity.WARNING),
    /** A key, a password or a signature did not do. */
    KEY_TROUBLE(Severity.ERROR),
    /** A certificate runs out, or cannot be read. */
    CERTIFICATE(Severity.WARNING),
    /** It cannot be told how a project stands. */
    UNKNOWN_STATE(Severity.ERROR),
    /** A backup was made. Each one is told, to who asks for this kind: nobody does but a heartbeat. */
    BACKUP_MADE(Severity.INFO),
    /** Nothing has happened: somebody tries whether alerts arrive. */
    TEST(Severity.INFO);

    private final Severity severity;

    AlertKind(Severity severity) {
        this.severity = severity;
    }

    /** How much it matters. */
    public enum Severity {
        /** Good to know. */
        INFO,
        /** Somebody should look at it in the next days. */
        WARNING,
        /** Somebody should look at it now. */
        ERROR
    }

    /**
     * How much it matters while it lasts.
     *
     * @return of the kind
     */
    public Severity severity() {
        return severity;
    }
}
