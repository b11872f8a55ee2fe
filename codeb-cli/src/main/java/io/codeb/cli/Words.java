package io.codeb.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.PropertyResourceBundle;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** What the command says to people, in English or Korean, and how it writes sizes and times. */
final class Words {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private final ResourceBundle bundle;
    private final Locale locale;
    private final ZoneId zone;

    Words(Locale locale, ZoneId zone) {
        this.bundle = bundle(locale);
        this.locale = locale;
        this.zone = zone;
    }

    /** The texts of a language; English where there are none. */
    static ResourceBundle bundle(Locale locale) {
        ResourceBundle english = read("messages.properties", null);
        return locale.getLanguage().equals(Locale.KOREAN.getLanguage())
                ? read("messages_ko.properties", english)
                : english;
    }

    private static ResourceBundle read(String name, @Nullable ResourceBundle parent) {
        try (InputStream in = Objects.requireNonNull(Words.class.getResourceAsStream(name), name);
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return new Texts(reader, parent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a key, with what belongs into it. */
    String say(String key, Object... with) {
        String text = bundle.getString(key);
        return with.length == 0 ? text : new MessageFormat(text, Locale.ROOT).format(with);
    }

    Locale locale() {
        return locale;
    }

    ZoneId zone() {
        return zone;
    }

    String time(Instant time) {
        return TIME.withZone(zone).format(time);
    }

    /** A number of bytes with three digits or so, in powers of a thousand. */
    static String size(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1_000;
            unit++;
        }
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String took(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1_000.0);
        }
        return seconds < 3_600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }

    private static final class Texts extends PropertyResourceBundle {
        Texts(Reader reader, @Nullable ResourceBundle parent) throws IOException {
            super(reader);
            if (parent != null) {
                setParent(parent);
            }
        }
    }
}
