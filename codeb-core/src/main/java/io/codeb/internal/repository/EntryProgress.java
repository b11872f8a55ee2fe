package io.codeb.internal.repository;

/** Hears how far the entries of a backup are. Called often, by every thread that writes one. */
@FunctionalInterface
public interface EntryProgress {
    /**
     * An entry has grown.
     *
     * @param name the entry, before the codecs add their extensions
     * @param bytes its plain bytes so far
     * @param storedBytes how many of them are in the storage so far, behind the codecs
     * @param expectedBytes about how many plain bytes it will have; -1 when nobody knows
     * @param rows its rows so far
     */
    void entryGrew(String name, long bytes, long storedBytes, long expectedBytes, long rows);

    /**
     * It is known how many bytes all entries will have together.
     *
     * @param bytes as {@link #entryGrew} counts them
     */
    default void expected(long bytes) {}
}
