package io.codeb.postgresql.internal.catalog;

import io.codeb.error.ConfigException;
import io.codeb.model.TableName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of tables as requests have them: {@code schema.table}, or {@code table} in any schema. {@code *} stands for
 * any characters and {@code ?} for one; what is in double quotes is taken as it is, with {@code ""} for a quote in it;
 * anything else is the name as SQL would read it, in lower case. Immutable.
 */
final class TablePattern {
    private static final int ANY_CHARACTERS = -1;
    private static final int ANY_CHARACTER = -2;

    private final String text;
    private final int @Nullable [] schema;
    private final int[] name;

    private TablePattern(String text, int @Nullable [] schema, int[] name) {
        this.text = text;
        this.schema = schema;
        this.name = name;
    }

    /**
     * Reads a pattern.
     *
     * @throws ConfigException when it is not of that form
     */
    static TablePattern parse(String text) {
        int[] characters = text.codePoints().toArray();
        List<Integer> part = new ArrayList<>();
        int[] schema = null;
        boolean quoted = false;
        for (int i = 0; i < characters.length; i++) {
            int c = characters[i];
            if (c == 0) {
                throw malformed(text, "it holds a NUL character");
            }
            if (c == '"' && quoted && i + 1 < characters.length && characters[i + 1] == '"') {
                part.add(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '.' && !quoted) {
                if (part.isEmpty() || schema != null) {
                    throw malformed(text, schema != null ? "it has more than two parts" : "its schema is empty");
                }
                schema = toArray(part);
                part.clear();
            } else {
                part.add(quoted ? c : unquoted(c));
            }
        }
        if (quoted) {
            throw malformed(text, "a quote is not closed");
        }
        if (part.isEmpty()) {
            throw malformed(text, "its table is empty");
        }
        return new TablePattern(text, schema, toArray(part));
    }

    /** What a character outside of quotes stands for. The server folds ASCII letters only. */
    private static int unquoted(int c) {
        return switch (c) {
            case '*' -> ANY_CHARACTERS;
            case '?' -> ANY_CHARACTER;
            default -> c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
        };
    }

    private static int[] toArray(List<Integer> characters) {
        return characters.stream().mapToInt(Integer::intValue).toArray();
    }

    private static ConfigException malformed(String text, String why) {
        return new ConfigException(
                "not a table pattern: '" + text + "': " + why,
                "write schema.table or table, with * and ? as wildcards and odd names in double quotes");
    }

    /** Whether the table is one of those that the pattern means. */
    boolean matches(TableName table) {
        return (schema == null || matches(schema, table.schema())) && matches(name, table.name());
    }

    /** Of several {@code *}, only the last one ever needs another try. */
    private static boolean matches(int[] pattern, String value) {
        int[] characters = value.codePoints().toArray();
        int p = 0;
        int afterStar = -1;
        int retry = 0;
        for (int i = 0; i < characters.length; ) {
            if (p < pattern.length && pattern[p] == ANY_CHARACTERS) {
                afterStar = ++p;
                retry = i;
            } else if (p < pattern.length && (pattern[p] == ANY_CHARACTER || pattern[p] == characters[i])) {
                p++;
                i++;
            } else if (afterStar >= 0) {
                p = afterStar;
                i = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == ANY_CHARACTERS) {
            p++;
        }
        return p == pattern.length;
    }

    /** The pattern as it was given. */
    @Override
    public String toString() {
        return text;
    }
}
