package io.codeb.model;

/**
 * What a script can reach beyond the database that it is restored into. Everything here is refused unless the caller
 * allows it by name.
 */
public enum Reach {
    /**
     * Roles of the server: makes, changes and drops them, and grants one to another.
     *
     * <p>Of a file of {@code pg_dumpall} whose database is chosen, roles are then restored too: those that the server
     * lacks are made, with the attributes, passwords, settings and memberships that the file has for them. Those that
     * the server has stay as they are, whatever the file says, and none is dropped. They are made in one transaction,
     * which is committed before the first statement of the database is run; a restore that fails later does not take
     * them back, for roles are the server's. Into an existing database they are made in the transaction of the restore,
     * all or nothing.
     */
    ROLES("roles of the server"),
    /** Settings, privileges and comments of other databases. No script makes or drops a database, allowed or not. */
    DATABASES("other databases"),
    /** Tablespaces. */
    TABLESPACES("tablespaces"),
    /** The server's settings, its log, its write-ahead log and its role in a cluster. */
    SERVER_SETTINGS("the server's settings"),
    /** Files and programs of the server's machine. */
    SERVER_FILES("files and programs of the server's machine"),
    /** Sessions of others, and transactions that outlive a session. */
    SESSIONS("sessions of others"),
    /** Subscriptions that connect, replication slots and origins. */
    REPLICATION("replication"),
    /** Other servers, through dblink or a foreign server. */
    OTHER_SERVERS("other servers");

    private final String text;

    Reach(String text) {
        this.text = text;
    }

    /**
     * What is reached, for people.
     *
     * @return words that can follow "it reaches"
     */
    public String text() {
        return text;
    }
}
