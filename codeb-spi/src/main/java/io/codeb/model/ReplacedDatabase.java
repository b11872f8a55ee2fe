package io.codeb.model;

import java.time.Instant;
import java.util.Objects;

/**
 * A database that a restore has replaced and that is kept as it was, so that it can be put back. Times are of the
 * server's clock, to the millisecond.
 *
 * @param database the name that it had
 * @param keptAs the name that it has now
 * @param run the id of the run that has replaced it
 * @param replacedAt since when it has that name
 * @param keptUntil from when on it may be dropped
 */
public record ReplacedDatabase(String database, String keptAs, String run, Instant replacedAt, Instant keptUntil) {
    /** Takes no null. */
    public ReplacedDatabase {
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(keptAs, "keptAs");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(replacedAt, "replacedAt");
        Objects.requireNonNull(keptUntil, "keptUntil");
    }
}
