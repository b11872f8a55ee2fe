package io.codeb.postgresql.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ColumnTypeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            integer                        | integer
            character varying(20)          | character varying
            numeric(10,2)                  | numeric
            numeric(3,-2)                  | numeric
            numeric(10,2)[]                | numeric[]
            character(3)                   | character
            bpchar                         | character
            bpchar[]                       | character[]
            "bit"                          | bit
            bit varying(8)                 | bit varying
            "char"                         | "char"
            timestamp(3) without time zone | timestamp without time zone
            time(0) with time zone[]       | time with time zone[]
            interval(2)                    | interval
            interval day to second(3)      | interval
            interval year                  | interval
            interval hour to minute[]      | interval[]
            it."My Type(1)"                | it."My Type(1)"
            "we""ird(2)"."x (3)"[]         | "we""ird(2)"."x (3)"[]
            "interval year"                | "interval year"
            geometry(Point,4326)           | geometry(Point,4326)
            """)
    void aTypeIsNamedWithoutItsModifiers(String described, String name) {
        assertThat(ColumnType.described(described).name()).isEqualTo(name);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("boolean", "t", true),
                Arguments.of("smallint", "-1", -1L),
                Arguments.of("bigint", "9223372036854775807", Long.MAX_VALUE),
                Arguments.of("oid", "4294967295", 4294967295L),
                Arguments.of("real", "NaN", Float.NaN),
                Arguments.of("double precision", "-Infinity", Double.NEGATIVE_INFINITY),
                Arguments.of("double precision", "1e+300", 1e300),
                Arguments.of("numeric", "1.10", new BigDecimal("1.10")),
                Arguments.of("numeric", "NaN", "NaN"),
                Arguments.of("date", "2024-02-29", LocalDate.of(2024, 2, 29)),
                Arguments.of("date", "0044-03-15 BC", "0044-03-15 BC"),
                Arguments.of("date", "10000-01-01", "10000-01-01"),
                Arguments.of("date", "infinity", "infinity"),
                Arguments.of("time without time zone", "12:34:56.789", LocalTime.of(12, 34, 56, 789_000_000)),
                Arguments.of("time without time zone", "24:00:00", "24:00:00"),
                Arguments.of(
                        "timestamp without time zone",
                        "2024-02-29 12:00:00.5",
                        LocalDateTime.parse("2024-02-29T12:00:00.5")),
                Arguments.of("timestamp without time zone", "294276-12-31 23:59:59", "294276-12-31 23:59:59"),
                Arguments.of(
                        "timestamp with time zone",
                        "2024-02-29 12:00:00+00",
                        OffsetDateTime.parse("2024-02-29T12:00:00Z")),
                Arguments.of("timestamp with time zone", "0001-01-01 00:00:00+00 BC", "0001-01-01 00:00:00+00 BC"),
                Arguments.of("timestamp with time zone", "-infinity", "-infinity"),
                Arguments.of(
                        "uuid",
                        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                        UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
                Arguments.of("bytea", "\\x00ff", new byte[] {0, -1}),
                Arguments.of("bytea", "\\x", new byte[0]),
                Arguments.of("integer[]", "{1,2}", "{1,2}"),
                Arguments.of("text", "", ""));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueIsOfJavasTypeWhereThatCanHoldIt(String type, String text, Object expected) {
        assertThat(new ColumnType(type).read(text)).isEqualTo(expected);
    }

    @Test
    void nullStaysNull() {
        assertThat(new ColumnType("integer").readNullable(null)).isNull();
    }
}
