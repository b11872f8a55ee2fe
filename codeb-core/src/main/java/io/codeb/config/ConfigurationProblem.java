package io.codeb.config;

import java.util.Objects;

/**
 * Something that is wrong in a configuration. Never repeats a value that could be a secret.
 *
 * @param path where, as in JSONPath: {@code $.projects.shop.database.port}
 * @param line of the file, from 1 on; 0 where it is the file as a whole
 * @param column of that line, in characters from 1 on; 0 where it is the file as a whole
 * @param message what is wrong, and what would be right
 */
public record ConfigurationProblem(String path, int line, int column, String message) {
    /** Takes no null. */
    public ConfigurationProblem {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(message, "message");
    }

    /** Line, column, path and message, as compilers write them. */
    @Override
    public String toString() {
        return (line == 0 ? "" : line + ":" + column + ": ") + path + ": " + message;
    }
}
