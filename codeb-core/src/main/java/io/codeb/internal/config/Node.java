package io.codeb.internal.config;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value of the file and its place there: that of its name, where it has one.
 *
 * @param path as in JSONPath
 * @param line from 1 on
 * @param column from 1 on
 * @param value a {@link Map} of names to nodes, a {@link List} of nodes, a {@link String}, a {@link BigDecimal}, a
 *     {@link Boolean}, or null for null
 */
record Node(String path, int line, int column, @Nullable Object value) {
    private static final int LONGEST_NAME_TOLD = 80;

    /** What a value of this kind is called. */
    String kind() {
        if (value instanceof Map) {
            return "an object";
        }
        if (value instanceof List) {
            return "a list";
        }
        if (value instanceof String) {
            return "a text";
        }
        if (value instanceof BigDecimal) {
            return "a number";
        }
        return value == null ? "null" : "true or false";
    }

    /** What an object holds; nothing where it is none. */
    @SuppressWarnings("unchecked")
    Map<String, Node> fields() {
        return value instanceof Map ? (Map<String, Node>) value : Map.of();
    }

    /** What a list holds; nothing where it is none. */
    @SuppressWarnings("unchecked")
    List<Node> items() {
        return value instanceof List ? (List<Node>) value : List.of();
    }

    /** What is there under these names, one inside the other. */
    Optional<Node> find(String... names) {
        Node found = this;
        for (String name : names) {
            found = found.fields().get(name);
            if (found == null) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }

    /** This object with what it lacks from another one. What both have is taken from this one, as a whole. */
    Node over(Node other) {
        Map<String, Node> merged = new LinkedHashMap<>(other.fields());
        merged.putAll(fields());
        return new Node(path, line, column, merged);
    }

    /** The path of what is in an object under a name. */
    static String path(String parent, String name) {
        String told = shortened(name);
        return told.matches("[A-Za-z_$][A-Za-z0-9_$-]*")
                ? parent + "." + told
                : parent + "['" + told.replace("'", "\\'") + "']";
    }

    /** A name of the file that goes into a message: bounded, and without what a terminal would obey. */
    static String shortened(String name) {
        String printable = name.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .limit(LONGEST_NAME_TOLD + 1L)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return printable.codePointCount(0, printable.length()) > LONGEST_NAME_TOLD
                ? printable.substring(0, printable.offsetByCodePoints(0, LONGEST_NAME_TOLD)) + "…"
                : printable;
    }
}
