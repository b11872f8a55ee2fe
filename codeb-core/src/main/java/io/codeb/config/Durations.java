package io.codeb.config;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them in files and on command lines: {@code 90s}, {@code 30m}, {@code 12h}, {@code 7d}. */
public final class Durations {
    /** What they look like, as a regular expression. */
    public static final String FORM = "[0-9]{1,9}[smhd]";

    private static final Pattern PATTERN = Pattern.compile("([0-9]{1,9})([smhd])");
    private static final Map<String, Duration> UNITS = Map.of(
            "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1), "d", Duration.ofDays(1));

    private Durations() {}

    /**
     * Reads a time.
     *
     * @param text digits, and one of {@code s}, {@code m}, {@code h} and {@code d}, which has 24 hours
     * @return zero or more
     * @throws IllegalArgumentException when the text is something else
     */
    public static Duration parse(String text) {
        Matcher matcher = PATTERN.matcher(Objects.requireNonNull(text, "text"));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a time is written as 90s, 30m, 12h or 7d");
        }
        return Objects.requireNonNull(UNITS.get(matcher.group(2))).multipliedBy(Long.parseLong(matcher.group(1)));
    }

    /**
     * Writes a time in the largest unit that leaves nothing over. What is below a second is left out.
     *
     * @param time zero or more
     * @return what {@link #parse(String)} reads
     */
    public static String format(Duration time) {
        long seconds = Objects.requireNonNull(time, "time").toSeconds();
        if (seconds != 0 && seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds != 0 && seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
