package io.codeb.model;

import java.util.List;
import java.util.Map;

/**
 * One stream of a backup, as the manifest records it.
 *
 * @param name the object's name below the backup, for example {@code dump.sql.zst}
 * @param kind what it is for
 * @param attributes what the engine noted on it, as in {@link BoundedTexts#ATTRIBUTES}
 * @param codecs ids of the codecs it went through, in the order of writing
 * @param rawSize bytes before the first codec
 * @param rawSha256 digest before the first codec, 64 lower-case hexadecimal digits
 * @param storedSize bytes as stored
 * @param storedSha256 digest as stored, 64 lower-case hexadecimal digits
 */
public record Entry(
        String name,
        EntryKind kind,
        Map<String, String> attributes,
        List<String> codecs,
        long rawSize,
        String rawSha256,
        long storedSize,
        String storedSha256) {
    /** Copies the collections, and checks the attributes. */
    public Entry {
        attributes = BoundedTexts.ATTRIBUTES.copyOf(attributes);
        codecs = List.copyOf(codecs);
    }

    /**
     * Whether a name in a backup's folder is kept for what is no entry: {@code manifest.*} and {@code key.*}.
     *
     * @param name any name
     * @return true when no entry can have it
     */
    public static boolean isReserved(String name) {
        return name.startsWith("manifest.") || name.startsWith("key.");
    }
}
