package io.codeb.server.internal.http;

import java.util.List;

/**
 * What a route takes beside its body. What it does not name is refused.
 *
 * @param name its name
 * @param place where it stands
 * @param type of its text
 * @param description for people
 * @param values which there are; empty where it may be any
 */
public record Parameter(String name, Place place, Type type, String description, List<String> values) {
    /** Where a parameter stands. */
    public enum Place {
        /** In the path, where it is always there. */
        PATH,
        /** Behind the path. */
        QUERY,
        /** Before the body. */
        HEADER
    }

    /** What a parameter's text says. */
    public enum Type {
        /** Any text. */
        STRING,
        /** A whole number. */
        INTEGER,
        /** {@code true} or {@code false}. */
        BOOLEAN
    }

    /**
     * In the path.
     *
     * @param name as the template has it
     * @param description for people
     * @return the parameter
     */
    public static Parameter path(String name, String description) {
        return new Parameter(name, Place.PATH, Type.STRING, description, List.of());
    }

    /**
     * Behind the path.
     *
     * @param name its name
     * @param type of its text
     * @param description for people
     * @return the parameter
     */
    public static Parameter query(String name, Type type, String description) {
        return new Parameter(name, Place.QUERY, type, description, List.of());
    }

    /**
     * Behind the path, one of some words.
     *
     * @param name its name
     * @param description for people
     * @param values which words
     * @return the parameter
     */
    public static Parameter oneOf(String name, String description, String... values) {
        return new Parameter(name, Place.QUERY, Type.STRING, description, List.of(values));
    }

    /**
     * Before the body.
     *
     * @param name of the header
     * @param description for people
     * @return the parameter
     */
    public static Parameter header(String name, String description) {
        return new Parameter(name, Place.HEADER, Type.STRING, description, List.of());
    }
}
