package io.codeb.model;

import java.util.List;

/**
 * One stream of a backup, as the manifest records it.
 *
 * @param name the object's name below the backup, for example {@code dump.sql.zst}
 * @param kind what it is for
 * @param codecs ids of the codecs it went through, in the order of writing
 * @param rawSize bytes before the first codec
 * @param rawSha256 digest before the first codec, 64 lower-case hexadecimal digits
 * @param storedSize bytes as stored
 * @param storedSha256 digest as stored, 64 lower-case hexadecimal digits
 */
public record Entry(
        String name,
        EntryKind kind,
        List<String> codecs,
        long rawSize,
        String rawSha256,
        long storedSize,
        String storedSha256) {
    /** Copies the list. */
    public Entry {
        codecs = List.copyOf(codecs);
    }
}
