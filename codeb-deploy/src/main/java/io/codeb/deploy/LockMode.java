package io.codeb.deploy;

/** How PostgreSQL locks a table, from the weakest to the strongest. */
public enum LockMode {
    /** Of whoever reads. */
    ACCESS_SHARE,
    /** Of whoever locks rows. */
    ROW_SHARE,
    /** Of whoever writes rows. */
    ROW_EXCLUSIVE,
    /** Of {@code VACUUM}, {@code CREATE INDEX CONCURRENTLY}, some forms of {@code ALTER TABLE}. */
    SHARE_UPDATE_EXCLUSIVE,
    /** Of {@code CREATE INDEX}: nobody writes. */
    SHARE,
    /** Of {@code CREATE TRIGGER}, foreign keys: nobody writes. */
    SHARE_ROW_EXCLUSIVE,
    /** Of {@code REFRESH MATERIALIZED VIEW CONCURRENTLY}: nobody writes. */
    EXCLUSIVE,
    /** Of {@code DROP TABLE}, most forms of {@code ALTER TABLE}: nobody reads. */
    ACCESS_EXCLUSIVE;

    /**
     * Whether those wait who write to the table.
     *
     * @return true from {@link #SHARE} on
     */
    public boolean blocksWriters() {
        return compareTo(SHARE) >= 0;
    }

    /**
     * Whether those wait who read from the table.
     *
     * @return true for {@link #ACCESS_EXCLUSIVE}
     */
    public boolean blocksReaders() {
        return this == ACCESS_EXCLUSIVE;
    }
}
