package io.codeb.spi.engine;

import io.codeb.model.BoundedTexts;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import java.util.Map;

/**
 * An entry that can be restored. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param name names it in messages, and among the entries of its dump
 * @param kind what it is for
 * @param attributes what the engine noted on it when it was dumped; none on a dump that CodeB did not write
 * @param size its plain bytes, or -1 where nobody knows before the end
 */
public record EntryFacts(String name, EntryKind kind, Map<String, String> attributes, long size) {
    /** Checks the attributes. */
    public EntryFacts {
        attributes = BoundedTexts.ATTRIBUTES.copyOf(attributes);
    }

    /**
     * An entry of which nothing else is known.
     *
     * @param name names it in messages
     * @param kind what it is for
     * @return the facts
     */
    public static EntryFacts of(String name, EntryKind kind) {
        return new EntryFacts(name, kind, Map.of(), -1);
    }

    /**
     * An entry of a backup.
     *
     * @param entry as the manifest records it
     * @return the facts
     */
    public static EntryFacts of(Entry entry) {
        return new EntryFacts(entry.name(), entry.kind(), entry.attributes(), entry.rawSize());
    }
}
