package io.codeb.spi.engine;

import io.codeb.model.BoundedTexts;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An entry that a dump begins. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param name its name before the codecs add their extensions, for example {@code dump.sql}: lower-case letters,
 *     digits, {@code _} and {@code -}, at most one extension, and at most one folder in front of it
 * @param kind what it is for
 * @param attributes what the engine wants to know of it when it restores: at most 16, each named by lower-case letters,
 *     digits and {@code -}, each of at most 1,000 characters
 * @param expectedSize about how many plain bytes it will have, for those who watch; -1 when the engine has no idea
 */
@CheckReturnValue
public record EntrySpec(String name, EntryKind kind, Map<String, String> attributes, long expectedSize) {
    private static final Pattern NAME =
            Pattern.compile("([a-z0-9][a-z0-9_-]{0,99}/)?[a-z0-9][a-z0-9_-]{0,99}(\\.[a-z0-9]{1,12})?");

    /** Checks name and attributes. */
    public EntrySpec {
        // With a dot: whatever a codec adds to it.
        if (!NAME.matcher(name).matches() || Entry.isReserved(name + ".")) {
            throw new IllegalArgumentException("no entry can be named '" + name + "'");
        }
        attributes = BoundedTexts.ATTRIBUTES.copyOf(attributes);
    }

    /**
     * An entry without attributes.
     *
     * @param name its name before the codecs add their extensions
     * @param kind what it is for
     * @return to be changed
     */
    public static EntrySpec of(String name, EntryKind kind) {
        return new EntrySpec(name, kind, Map.of(), -1);
    }

    /**
     * Notes something on the entry.
     *
     * @param attribute its name
     * @param text what to note
     * @return a changed copy
     */
    public EntrySpec with(String attribute, String text) {
        Map<String, String> changed = new HashMap<>(attributes);
        changed.put(attribute, text);
        return new EntrySpec(name, kind, changed, expectedSize);
    }

    /**
     * Says about how large the entry will be.
     *
     * @param bytes plain bytes; -1 when the engine has no idea
     * @return a changed copy
     */
    public EntrySpec withExpectedSize(long bytes) {
        return new EntrySpec(name, kind, attributes, bytes);
    }
}
