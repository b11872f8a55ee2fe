package io.codeb.model;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a backup: the second it began in UTC, and eight random characters. Sorts by time; 32^8 names a second. In
 * JSON it is a text, for a Jackson that has found the modules on the class path.
 *
 * @param value for example {@code 20260102T030405Z-k3f7q2x7}
 */
public record BackupId(String value) implements Comparable<BackupId> {
    private static final Pattern FORM = Pattern.compile("[0-9]{8}T[0-9]{6}Z-[a-z2-7]{8}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException when the value is not an id
     */
    public BackupId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a backup id: '" + value + "'");
        }
    }

    /**
     * Whether a text is an id.
     *
     * @param value any text
     * @return true when {@link BackupId} would take it
     */
    public static boolean isValid(String value) {
        return FORM.matcher(Objects.requireNonNull(value, "value")).matches();
    }

    /**
     * Makes a new id.
     *
     * @param time when the backup begins
     * @param random makes two ids of one second differ
     * @return the id
     */
    public static BackupId create(Instant time, SecureRandom random) {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(random, "random");
        StringBuilder text = new StringBuilder(TIME.format(time)).append('-');
        for (int i = 0; i < 8; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new BackupId(text.toString());
    }

    @Override
    public int compareTo(BackupId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
