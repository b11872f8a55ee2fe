package io.codeb.postgresql.internal.sql;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A column's type by the server's name of it, and the values that the server writes for it. */
record ColumnType(String name) {
    /** Length and precision, the fields of an interval among it; but nothing in quotes. */
    private static final Pattern MODIFIERS = Pattern.compile("(\"(?:[^\"]|\"\")*\")|\\([0-9,-]+\\)"
            + "|(?<=^interval) (?:year|month|day|hour|minute|second)(?: to (?:month|hour|minute|second))?");

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ISO_LOCAL_TIME;
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DATE)
            .appendLiteral(' ')
            .append(TIME)
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT);

    /**
     * Reads a type as psql describes it.
     *
     * @param described with length and precision, for example {@code numeric(10,2)[]}
     */
    static ColumnType described(String described) {
        String name = MODIFIERS
                .matcher(described)
                .replaceAll(match -> match.group(1) == null ? "" : Matcher.quoteReplacement(match.group(1)));
        boolean array = name.endsWith("[]");
        String element = array ? name.substring(0, name.length() - 2) : name;
        // The server spells these two so that nobody takes them for those with a length of 1.
        String plain = element.equals("bpchar") ? "character" : element.equals("\"bit\"") ? "bit" : element;
        return new ColumnType(array ? plain + "[]" : plain);
    }

    /**
     * Reads a value.
     *
     * @param text as the server writes it, with the settings of {@link SqlStatement#begin()}
     * @return as {@link io.codeb.model.QueryResult} says
     */
    Object read(String text) {
        try {
            return switch (name) {
                case "boolean" -> text.equals("t");
                case "smallint", "integer", "bigint", "oid" -> Long.valueOf(text);
                case "real" -> Float.valueOf(text);
                case "double precision" -> Double.valueOf(text);
                case "numeric" -> new BigDecimal(text);
                case "date" -> LocalDate.parse(text, DATE);
                case "time without time zone" -> LocalTime.parse(text, TIME);
                case "timestamp without time zone" -> LocalDateTime.parse(text, TIMESTAMP);
                case "timestamp with time zone" -> readInstant(text);
                case "uuid" -> UUID.fromString(text);
                case "bytea" -> HexFormat.of().parseHex(text, 2, text.length());
                default -> text;
            };
        } catch (DateTimeParseException | IllegalArgumentException e) {
            // Infinity, years of five digits or before Christ, 24:00, NaN where Java has none.
            return text;
        }
    }

    private static Object readInstant(String text) {
        if (!text.endsWith("+00")) {
            return text;
        }
        LocalDateTime time = LocalDateTime.parse(text.substring(0, text.length() - 3), TIMESTAMP);
        return OffsetDateTime.of(time, ZoneOffset.UTC);
    }

    /** Reads a value that may be null. */
    @Nullable
    Object readNullable(@Nullable String text) {
        return text == null ? null : read(text);
    }
}
