package io.codeb.postgresql.internal.script;

import io.codeb.error.ConfigException;
import io.codeb.model.TableName;
import java.util.List;
import java.util.stream.Collectors;

/** Text of unknown content as a part of SQL or of a connection string, so that it stays what it is. */
public final class SqlText {
    private SqlText() {}

    /**
     * A name in double quotes.
     *
     * @throws ConfigException when it is empty or holds a NUL character, which no name does
     */
    public static String identifier(String name) {
        if (name.isEmpty()) {
            throw new ConfigException("a name in the database cannot be empty", "");
        }
        return '"' + checked(name).replace("\"", "\"\"") + '"';
    }

    /** A table's name with its schema, both in double quotes. */
    public static String identifier(TableName table) {
        return identifier(table.schema()) + "." + identifier(table.name());
    }

    /**
     * A string, read the same whether or not {@code standard_conforming_strings} is on.
     *
     * @throws ConfigException when it holds a NUL character, which no text in the database does
     */
    public static String literal(String value) {
        String quoted = "'" + checked(value).replace("'", "''") + "'";
        // The blank keeps the prefix from becoming part of a word in front of it.
        return value.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }

    /**
     * Texts as the input of a {@code text[]}.
     *
     * @throws ConfigException when one holds a NUL character
     */
    public static String array(List<String> values) {
        return values.stream()
                .map(value -> '"' + checked(value).replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    /**
     * A value in a connection string of libpq.
     *
     * @throws ConfigException when it holds a NUL character
     */
    public static String conninfoValue(String value) {
        return "'" + checked(value).replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static String checked(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new ConfigException("a value for PostgreSQL holds a NUL character", "remove it");
        }
        return value;
    }
}
