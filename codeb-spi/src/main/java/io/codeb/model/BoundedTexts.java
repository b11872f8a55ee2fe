package io.codeb.model;

import java.util.Map;
import java.util.regex.Pattern;

/** What names and texts of a caller's or an engine's own choice may be, wherever a manifest holds some. */
public enum BoundedTexts {
    /** Notes of the caller on a backup. */
    LABELS("label", 64, "[A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
    /** Notes of an engine on an entry. */
    ATTRIBUTES("attribute", 16, "[a-z][a-z0-9-]{0,62}");

    /** The longest text, in characters. */
    public static final int MAX_LENGTH = 1_000;

    private final String word;
    private final int maxCount;
    private final Pattern name;

    BoundedTexts(String word, int maxCount, String name) {
        this.word = word;
        this.maxCount = maxCount;
        this.name = Pattern.compile(name);
    }

    /**
     * Copies texts that are within the bounds.
     *
     * @param texts texts by name
     * @return the same, immutable
     * @throws IllegalArgumentException when there are too many, or a name or a text cannot be
     */
    public Map<String, String> copyOf(Map<String, String> texts) {
        if (texts.size() > maxCount) {
            throw new IllegalArgumentException(
                    texts.size() + " " + word + "s, and there is room for " + maxCount + " of them");
        }
        texts.forEach((key, text) -> {
            if (!name.matcher(key).matches()) {
                throw new IllegalArgumentException("no " + word + " can be named '" + start(key) + "'");
            }
            if (text.length() > MAX_LENGTH) {
                throw new IllegalArgumentException(
                        word + " " + key + " has " + text.length() + " characters, more than " + MAX_LENGTH);
            }
        });
        return Map.copyOf(texts);
    }

    private static String start(String name) {
        return name.length() > 80 ? name.substring(0, 80) + "…" : name;
    }
}
