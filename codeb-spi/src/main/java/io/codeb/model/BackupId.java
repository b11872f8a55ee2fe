package io.codeb.model;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a backup: the second it began in UTC, two characters for the 1024th part of that second, and six random
 * ones. Sorts by time, to a millisecond; 32^6 names in each. In JSON it is a text, for a Jackson that has found the
 * modules on the class path.
 *
 * @param value for example {@code 20260102T030405Z-k3f7q2x7}
 */
public record BackupId(String value) implements Comparable<BackupId> {
    private static final Pattern FORM = Pattern.compile("[0-9]{8}T[0-9]{6}Z-[a-z2-7]{8}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** In the order in which texts are sorted. */
    private static final String ALPHABET = "234567abcdefghijklmnopqrstuvwxyz";

    private static final int RANDOM = 6;
    private static final long NANOS = 1_000_000_000L;

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
     * @param random makes two ids of one moment differ
     * @return the id
     */
    public static BackupId create(Instant time, SecureRandom random) {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(random, "random");
        StringBuilder text = new StringBuilder(TIME.format(time)).append('-');
        int letters = ALPHABET.length();
        int part = (int) (time.getLong(ChronoField.NANO_OF_SECOND) * letters * letters / NANOS);
        text.append(ALPHABET.charAt(part / letters)).append(ALPHABET.charAt(part % letters));
        for (int i = 0; i < RANDOM; i++) {
            text.append(ALPHABET.charAt(random.nextInt(letters)));
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
