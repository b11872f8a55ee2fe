package io.codeb.spi.storage;

import io.codeb.model.CheckReturnValue;
import java.util.regex.Pattern;

/**
 * The name of an object in a storage: segments divided by {@code /}, each of ASCII letters, digits, {@code .}, {@code
 * _} and {@code -}, not starting with a dot. So no key can leave a root, name a temporary file, or need quoting
 * anywhere.
 *
 * @param value the key, at most {@value #MAX_LENGTH} characters
 */
@CheckReturnValue
public record ObjectKey(String value) implements Comparable<ObjectKey> {
    /** The most characters a key may have: S3 allows 1,024 bytes with the prefix. */
    public static final int MAX_LENGTH = 700;

    private static final Pattern FORM =
            Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,199})*");

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException when the value is not a key
     */
    public ObjectKey {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a valid object key: '" + value + "'");
        }
    }

    /**
     * Whether a text is a key.
     *
     * @param value any text
     * @return true when {@link ObjectKey} would take it
     */
    public static boolean isValid(String value) {
        return value.length() <= MAX_LENGTH && FORM.matcher(value).matches();
    }

    /**
     * The key of a part of this one.
     *
     * @param segments what to append, itself of the form of a key
     * @return this key, a slash, and the segments
     */
    public ObjectKey child(String segments) {
        return new ObjectKey(value + "/" + segments);
    }

    /**
     * The last segment.
     *
     * @return what stands behind the last slash
     */
    public String name() {
        return value.substring(value.lastIndexOf('/') + 1);
    }

    @Override
    public int compareTo(ObjectKey other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
