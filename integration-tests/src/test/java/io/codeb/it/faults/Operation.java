package io.codeb.it.faults;

/** What is going on when a fault strikes. */
enum Operation {
    BACKUP("a backup"),
    REPLACE("a restore that replaces"),
    FILL("a restore into an existing database"),
    CREATE("a restore into a new database"),
    IMPORT("a restore of an archive of pg_dump"),
    ROLL_BACK("a roll-back"),

    /** Of a restore that has died. */
    RECOVER("a recovery");

    /** The live database. */
    static final String LIVE = "app";

    /** What {@link #FILL} fills. */
    static final String EMPTY = "empty";

    /** What {@link #CREATE} and {@link #IMPORT} make. */
    static final String NEW = "fresh";

    /** The project, in the words of applications. */
    static final String PROJECT = "struck";

    private final String words;

    Operation(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
