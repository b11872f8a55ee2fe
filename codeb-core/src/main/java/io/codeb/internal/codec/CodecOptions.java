package io.codeb.internal.codec;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a codec's options and remembers all that is wrong with them. */
final class CodecOptions {
    private final String codec;
    private final Map<String, String> unread;
    private final List<String> known = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    CodecOptions(String codec, Map<String, String> options) {
        this.codec = codec;
        this.unread = new TreeMap<>(options);
    }

    int integer(String name, int least, int most, int otherwise) {
        known.add(name + " (" + least + " to " + most + ")");
        String text = unread.remove(name);
        if (text == null) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // told below, in the same words as a number out of range
        }
        problems.add("codec " + codec + ": option " + name + " must be a whole number from " + least + " to " + most);
        return otherwise;
    }

    void requireNothingElse() {
        for (String name : unread.keySet()) {
            problems.add("codec " + codec + " has no option '" + name + "'");
        }
        if (!problems.isEmpty()) {
            String hint = known.isEmpty() ? "leave the options out" : "its options are " + String.join(", ", known);
            throw new ConfigException(ErrorCode.CONFIG_INVALID, problems, hint);
        }
    }
}
