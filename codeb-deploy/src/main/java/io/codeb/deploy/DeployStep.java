package io.codeb.deploy;

/** How far a deployment is. Each step is noted before it is taken. */
public enum DeployStep {
    /** The commit is fetched and its image built; for a roll-back, its image is looked for. */
    BUILD,
    /** The new version's container is started beside the old one. */
    START,
    /** The database is guarded: backed up, migrated, probed; and the new version gets healthy. */
    GUARD,
    /** The requests go to the new version. */
    SWITCH,
    /** It is a release, and what was before ends. */
    FINISH,
    /** The requests go to the old version again, and the new one is removed. */
    UNDO
}
