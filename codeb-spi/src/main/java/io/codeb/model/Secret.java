package io.codeb.model;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A password or key, by where it comes from. It is read anew at every use, so that a rotation needs no restart, and it
 * never shows itself: {@link #toString()} and every error name the source only. Thread-safe where its callback is.
 */
public final class Secret {
    private static final int MAX_FILE_BYTES = 64 * 1024;
    private static final String REDACTED = "***";

    /** A shorter piece of a secret is in any text, and tells nobody anything. */
    private static final int PIECE = 4;

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
     * A secret in an environment variable of this process. A process keeps the environment that it was started with: a
     * secret that is to change while it runs is better in a file.
     *
     * @param variable its name; one that is not set or empty is an error when it is used
     * @return read at each use
     */
    public static Secret env(String variable) {
        return env(variable, System::getenv);
    }

    static Secret env(String variable, UnaryOperator<@Nullable String> environment) {
        Objects.requireNonNull(variable, "variable");
        return new Secret("env:" + variable, () -> {
            String value = environment.apply(variable);
            if (value == null || value.isEmpty()) {
                throw new ConfigException(
                        "environment variable " + variable + " is " + (value == null ? "not set" : "empty"),
                        "set it, or name another source");
            }
            return value;
        });
    }

    /**
     * A secret in a file, without the newline at its end ({@code \n} or {@code \r\n}, one of them). Links are
     * followed, at each use anew. A pipe is refused, and so is the {@code /dev/fd/…} that a shell makes of
     * {@code <(…)}: it would give the secret once, and a secret is read many times.
     *
     * @param file a regular file of at most 64 KiB of UTF-8; one that is missing, larger, empty, or something else than
     *     a file is an error when it is used
     * @return read at each use
     */
    public static Secret file(Path file) {
        Objects.requireNonNull(file, "file");
        return new Secret("file:" + file, () -> contentOf(file));
    }

    private static String contentOf(Path file) {
        byte[] bytes;
        try {
            // Before it is opened: to open a pipe waits for whoever writes to it.
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                throw unusable(
                        file,
                        "is no regular file",
                        "name a file or a link to one; what can be read only once, as a pipe can, is no source");
            }
            // The size that a file system tells need not be true.
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            }
        } catch (IOException e) {
            throw unusable(
                    file,
                    "cannot be read: " + e.getClass().getSimpleName(),
                    "check that it exists and that this process may read it");
        }
        if (bytes.length > MAX_FILE_BYTES) {
            throw unusable(file, "is larger than 64 KiB", "name the file that holds the secret and nothing else");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unusable(file, "is not in UTF-8", "write it anew, as text");
        }
        String secret = text.endsWith("\r\n")
                ? text.substring(0, text.length() - 2)
                : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        if (secret.isEmpty()) {
            throw unusable(
                    file, "is empty", "write the secret into it; to change one, rename a whole new file over the old");
        }
        return secret;
    }

    private static ConfigException unusable(Path file, String why, String hint) {
        return new ConfigException("secret file " + file + " " + why, hint);
    }

    /**
     * A secret that the application fetches.
     *
     * @param name names the source in messages
     * @param callback answers the secret; called at each use, on any thread. A {@link CodeBException} that it throws
     *     goes on as it is. Of any other exception the class is told, and no word more: it could hold the secret. That
     *     it answers nothing is an error too.
     * @return read at each use
     */
    public static Secret callback(String name, Supplier<String> callback) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(callback, "callback");
        return new Secret("callback:" + name, () -> {
            @Nullable String value;
            try {
                value = callback.get();
            } catch (CodeBException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new ConfigException(
                        "the callback for the secret " + name + " failed: "
                                + e.getClass().getSimpleName(),
                        "its exception is not passed on, because it could hold the secret; let the callback log it");
            }
            if (value == null || value.isEmpty()) {
                throw new ConfigException(
                        "the callback for the secret " + name + " answered nothing", "let it throw what is wrong");
            }
            return value;
        });
    }

    /**
     * Reads the secret. Hand it on at once and keep no copy.
     *
     * @return the secret itself
     * @throws ConfigException when its source cannot be read, or has none
     */
    public String reveal() {
        return source.get();
    }

    /**
     * Takes secrets out of a text that is to be told, of what a command has said for example. Where the text was cut,
     * and a piece of a secret of at least four characters is its beginning or its end, that is taken out too.
     *
     * @param text what is to be told
     * @param secrets what is not; read now
     * @return the text, with three asterisks in the place of each
     */
    public static String redact(String text, Collection<Secret> secrets) {
        String told = Objects.requireNonNull(text, "text");
        List<String> values = Objects.requireNonNull(secrets, "secrets").stream()
                .map(Secret::reveal)
                .filter(value -> !value.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        for (String value : values) {
            told = told.replace(value, REDACTED);
        }
        for (String value : values) {
            told = withoutPieces(told, value);
        }
        return told;
    }

    private static String withoutPieces(String text, String value) {
        String told = text;
        for (int length = value.length() - 1; length >= PIECE; length--) {
            if (told.startsWith(value.substring(value.length() - length))) {
                told = REDACTED + told.substring(length);
                break;
            }
        }
        for (int length = value.length() - 1; length >= PIECE; length--) {
            if (told.endsWith(value.substring(0, length))) {
                return told.substring(0, told.length() - length) + REDACTED;
            }
        }
        return told;
    }

    /** Names the source, never the secret. */
    @Override
    public String toString() {
        return "Secret[" + description + "]";
    }
}
