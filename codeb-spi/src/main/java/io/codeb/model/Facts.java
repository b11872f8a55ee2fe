package io.codeb.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What only an engine understands, a tree like JSON's: objects, lists, texts, whole numbers and truth. Manifests carry
 * it and give it back; nobody else reads it. Immutable, and bounded: at most {@value #MAX_DEPTH} levels, {@value
 * #MAX_VALUES} values and {@value #MAX_CHARACTERS} characters in names and texts together.
 */
public final class Facts {
    /** How deep objects and lists lie in each other, the outermost one included. */
    public static final int MAX_DEPTH = 16;

    /** How many values there are. */
    public static final int MAX_VALUES = 1_000_000;

    /** How many characters names and texts have together. */
    public static final int MAX_CHARACTERS = 16 * 1024 * 1024;

    /** No facts. */
    public static final Facts NONE = new Facts(Map.of());

    private final Map<String, Object> tree;

    private Facts(Map<String, Object> tree) {
        this.tree = tree;
    }

    /**
     * Copies a tree.
     *
     * @param tree of {@link Map} with texts as keys, {@link List}, {@link String}, {@link Long}, {@link Integer} and
     *     {@link Boolean}; without nulls
     * @return the facts
     * @throws IllegalArgumentException when there is something else in it, or too much
     */
    public static Facts of(Map<String, ?> tree) {
        return new Facts(new Copy().object(tree, 1));
    }

    /**
     * The tree, its objects in the order that they were given in.
     *
     * @return immutable, of {@link Map}, {@link List}, {@link String}, {@link Long} and {@link Boolean}
     */
    public Map<String, Object> tree() {
        return tree;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Facts facts && facts.tree.equals(tree);
    }

    @Override
    public int hashCode() {
        return tree.hashCode();
    }

    @Override
    public String toString() {
        return tree.toString();
    }

    private static final class Copy {
        private int values;
        private long characters;

        Map<String, Object> object(Map<?, ?> object, int depth) {
            requireDepth(depth);
            Map<String, Object> copy = new LinkedHashMap<>();
            object.forEach((name, value) -> {
                if (!(name instanceof String text)) {
                    throw new IllegalArgumentException("facts have a name that is no text");
                }
                copy.put(text(text), value(value, depth));
            });
            return Collections.unmodifiableMap(copy);
        }

        private Object value(Object value, int depth) {
            if (++values > MAX_VALUES) {
                throw new IllegalArgumentException("facts have more than " + MAX_VALUES + " values");
            }
            if (value instanceof Map<?, ?> object) {
                return object(object, depth + 1);
            }
            if (value instanceof List<?> list) {
                requireDepth(depth + 1);
                List<Object> copy = new ArrayList<>();
                list.forEach(item -> copy.add(value(item, depth + 1)));
                return Collections.unmodifiableList(copy);
            }
            if (value instanceof String text) {
                return text(text);
            }
            if (value instanceof Integer number) {
                return number.longValue();
            }
            if (value instanceof Long || value instanceof Boolean) {
                return value;
            }
            throw new IllegalArgumentException("facts have a value that is no text, whole number or truth");
        }

        private String text(String text) {
            characters += text.length();
            if (characters > MAX_CHARACTERS) {
                throw new IllegalArgumentException("facts have more than " + MAX_CHARACTERS + " characters");
            }
            return text;
        }

        private static void requireDepth(int depth) {
            if (depth > MAX_DEPTH) {
                throw new IllegalArgumentException("facts are deeper than " + MAX_DEPTH + " levels");
            }
        }
    }
}
