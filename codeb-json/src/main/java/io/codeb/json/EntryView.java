package io.codeb.json;

import io.codeb.model.Entry;
import java.util.List;

/**
 * A stream of a backup.
 *
 * @param name its name
 * @param kind what is in it
 * @param rawSize plain bytes
 * @param storedSize bytes in the storage
 * @param codecs what it went through, in that order
 */
public record EntryView(String name, String kind, long rawSize, long storedSize, List<String> codecs) {
    /**
     * Makes it of what the library answers.
     *
     * @param entry as the library has it
     * @return the same as JSON has it
     */
    public static EntryView of(Entry entry) {
        return new EntryView(entry.name(), entry.kind().name(), entry.rawSize(), entry.storedSize(), entry.codecs());
    }
}
