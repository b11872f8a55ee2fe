package io.codeb.postgresql.internal.catalog;

import java.time.Duration;

/**
 * How a dump gets along with what others do on the server.
 *
 * @param longTransaction how long one of theirs may have run before it is worth a word
 * @param idleInTransaction how long one may have done nothing, a prepared one among them
 * @param replicationLag how far a standby may be behind
 * @param lockWait how long pg_dump waits for its locks
 * @param blocking how long the dump may make others wait
 * @param retries how often a dump that has given way is begun again
 */
public record DumpLimits(
        Duration longTransaction,
        Duration idleInTransaction,
        Duration replicationLag,
        Duration lockWait,
        Duration blocking,
        int retries) {
    /** Who has asked for nothing else. */
    public static final DumpLimits USUAL = new DumpLimits(
            Duration.ofHours(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            3);
}
