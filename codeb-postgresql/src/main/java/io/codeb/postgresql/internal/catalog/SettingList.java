package io.codeb.postgresql.internal.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Settings whose value is a list of names. The catalog has them as one text, each name in quotes where it needs them; a
 * statement that is to make the same setting again must have the names one by one, or it makes one name of them all.
 */
final class SettingList {
    /** The ones that the server keeps with quotes. An extension cannot add to them. */
    private static final Set<String> NAMES = Set.of(
            "local_preload_libraries",
            "search_path",
            "session_preload_libraries",
            "shared_preload_libraries",
            "temp_tablespaces",
            "unix_socket_directories");

    private SettingList() {}

    /**
     * Takes a value apart.
     *
     * @param setting the setting's name
     * @param value as the catalog has it
     * @return the names in it without their quotes; the value alone where it is no list, or none as the server writes
     *     it
     */
    static List<String> values(String setting, String value) {
        if (!NAMES.contains(setting.toLowerCase(Locale.ROOT))) {
            return List.of(value);
        }
        List<String> values = new ArrayList<>();
        int at = skipBlanks(value, 0);
        while (at < value.length()) {
            StringBuilder name = new StringBuilder();
            int end = value.charAt(at) == '"' ? quoted(value, at, name) : plain(value, at, name);
            at = skipBlanks(value, end);
            boolean more = at < value.length() && value.charAt(at) == ',';
            if (end < 0 || (at < value.length() && !more)) {
                return List.of(value);
            }
            values.add(name.toString());
            if (more) {
                at = skipBlanks(value, at + 1);
                if (at == value.length()) {
                    return List.of(value);
                }
            }
        }
        return values;
    }

    private static int skipBlanks(String value, int from) {
        int at = Math.max(from, 0);
        while (at < value.length() && Character.isWhitespace(value.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Answers where the name ends, or -1 when its quote is never closed. */
    private static int quoted(String value, int from, StringBuilder name) {
        for (int i = from + 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '"') {
                name.append(c);
            } else if (i + 1 < value.length() && value.charAt(i + 1) == '"') {
                name.append(c);
                i++;
            } else {
                return i + 1;
            }
        }
        return -1;
    }

    private static int plain(String value, int from, StringBuilder name) {
        int at = from;
        while (at < value.length() && value.charAt(at) != ',' && !Character.isWhitespace(value.charAt(at))) {
            name.append(value.charAt(at++));
        }
        return at == from ? -1 : at;
    }
}
