package io.codeb.examples.demo;

import java.time.Duration;
import java.util.Locale;

/** Amounts in words for people. */
final class Units {
    private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Units() {}

    static String bytes(long count) {
        int unit = 0;
        double amount = count;
        while (amount >= 1024 && unit < BYTE_UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, BYTE_UNITS[unit]);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Counts one thing, or several: the plural is the singular with an s. */
    static String count(long number, String thing) {
        return count(number) + " " + thing + (number == 1 ? "" : "s");
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1_000.0);
    }

    static String rate(long bytes, Duration duration) {
        return bytes(Math.round(bytes * 1_000.0 / Math.max(1, duration.toMillis()))) + "/s";
    }
}
