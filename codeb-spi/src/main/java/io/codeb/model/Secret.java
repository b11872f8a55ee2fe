package io.codeb.model;

import io.codeb.error.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A password or key, by where it comes from. It is read anew at every use, so that a rotation needs no restart, and it
 * never shows itself: {@link #toString()} names the source only.
 */
public final class Secret {
    private static final long MAX_FILE_BYTES = 64L * 1024;

    private final String description;
    private final Supplier<String> source;

    private Secret(String description, Supplier<String> source) {
        this.description = description;
        this.source = source;
    }

    /**
     * A secret that is at hand.
     *
     * @param value the secret itself
     * @return it, hidden
     */
    public static Secret of(String value) {
        Objects.requireNonNull(value, "value");
        return new Secret("value", () -> value);
    }

    /**
     * A secret in an environment variable of this process.
     *
     * @param variable its name
     * @return read at each use
     */
    public static Secret env(String variable) {
        Objects.requireNonNull(variable, "variable");
        return new Secret("env:" + variable, () -> {
            String value = System.getenv(variable);
            if (value == null) {
                throw new ConfigException(
                        "environment variable " + variable + " is not set", "set it, or name another source");
            }
            return value;
        });
    }

    /**
     * A secret in a file, without the newline at its end.
     *
     * @param file at most 64 KiB of UTF-8
     * @return read at each use
     */
    public static Secret file(Path file) {
        Objects.requireNonNull(file, "file");
        return new Secret("file:" + file, () -> {
            try {
                if (Files.size(file) > MAX_FILE_BYTES) {
                    throw new ConfigException("secret file " + file + " is larger than 64 KiB", "");
                }
                String text = Files.readString(file, StandardCharsets.UTF_8);
                return text.endsWith("\r\n")
                        ? text.substring(0, text.length() - 2)
                        : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
            } catch (IOException e) {
                throw new ConfigException(
                        "secret file " + file + " cannot be read: "
                                + e.getClass().getSimpleName(),
                        "check that it exists and that this process may read it");
            }
        });
    }

    /**
     * A secret that the application fetches.
     *
     * @param name names the source in messages
     * @param callback answers the secret; called at each use, on any thread
     * @return read at each use
     */
    public static Secret callback(String name, Supplier<String> callback) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(callback, "callback");
        return new Secret("callback:" + name, callback);
    }

    /**
     * Reads the secret. Hand it on at once and keep no copy.
     *
     * @return the secret itself
     * @throws ConfigException when its source cannot be read
     */
    public String reveal() {
        return source.get();
    }

    /** Names the source, never the secret. */
    @Override
    public String toString() {
        return "Secret[" + description + "]";
    }
}
