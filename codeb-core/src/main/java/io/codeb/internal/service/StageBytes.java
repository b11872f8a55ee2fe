package io.codeb.internal.service;

import java.util.HashMap;
import java.util.Map;

/** How many plain bytes a stage of a run has moved of all its entries, and how many it will. Thread-safe. */
final class StageBytes {
    static final long UNKNOWN = -1;

    /** The furthest that each entry has come: one that is read again does not count again. */
    private final Map<String, Long> furthest = new HashMap<>();

    private long done;
    private long expected = UNKNOWN;

    /**
     * Both, as of one moment.
     *
     * @param done so far
     * @param all in the end; {@link #UNKNOWN} where nobody knows, or where there are more already
     */
    record Told(long done, long all) {}

    /** Says how many there will be. */
    synchronized void expect(long bytes) {
        expected = bytes;
    }

    /** An entry has grown to so many bytes. */
    synchronized void grew(String entry, long bytes) {
        Long before = furthest.get(entry);
        if (before == null || bytes > before) {
            done += bytes - (before == null ? 0 : before);
            furthest.put(entry, bytes);
        }
    }

    /** How far it is. */
    synchronized Told told() {
        return new Told(done, expected < done ? UNKNOWN : expected);
    }

    /** What was moved counts for nothing any more. */
    synchronized void startOver() {
        furthest.clear();
        done = 0;
    }
}
