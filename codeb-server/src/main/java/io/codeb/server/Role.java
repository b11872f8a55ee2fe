package io.codeb.server;

/** What a token lets its owner do with a project. */
public enum Role {
    /** Sees status, backups, tables and operations, and asks the database what only reads. Each other has this, too. */
    LOOK,
    /** Makes backups, verifies and pins them, and streams fresh dumps. */
    BACK_UP,
    /** Restores, and makes drills. */
    RESTORE,
    /** Deploys the application, and brings releases back. */
    DEPLOY,
    /** All of it; also deletes backups, and lets statements write. */
    ADMINISTER;

    /**
     * Whether who has this role may do what another one is needed for.
     *
     * @param needed the other one
     * @return true where it is this one, or less
     */
    public boolean includes(Role needed) {
        return this == ADMINISTER || this == needed || needed == LOOK;
    }
}
