package io.codeb.postgresql.internal.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.script.SqlText;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TablePatternTest {
    @ParameterizedTest
    @CsvSource({
        "orders, public, orders",
        "orders, audit, orders",
        "Orders, public, orders",
        "public.orders, public, orders",
        "*.orders, audit, orders",
        "audit.*, audit, orders",
        "ord?rs, public, orders",
        "o*s, public, orders",
        "*, public, orders",
        "audit_*.log_20??, audit_eu, log_2026",
        "'\"Orders\"', public, Orders",
        "'\"a.b\".\"c*d\"', a.b, c*d",
        "'\"we\"\"ird $(x) ''name''\"', public, 'we\"ird $(x) ''name'''",
        "pre\"FIX\"*, public, preFIXed",
        "주문, public, 주문",
        "'\"select\"', public, select",
        "a$1, public, a$1",
        "'a b', public, 'a b'",
        "?, public, \uD83D\uDE00",
    })
    void aPatternMatchesWhatItMeans(String pattern, String schema, String name) {
        assertThat(TablePattern.parse(pattern).matches(new TableName(schema, name)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "orders, public, order",
        "orders, public, orders2",
        "public.orders, audit, orders",
        "'\"Orders\"', public, orders",
        "Orders, public, Orders",
        "'\"ord*\"', public, orders",
        "ord?, public, orders",
        "a.b, public, a.b",
        "o.ders, public, orders",
    })
    void aPatternMatchesNothingElse(String pattern, String schema, String name) {
        assertThat(TablePattern.parse(pattern).matches(new TableName(schema, name)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".b", "a.b.c", "\"a", "\"\"", "a\"", "a\0b"})
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> TablePattern.parse(pattern)).isInstanceOf(ConfigException.class);
    }

    @Property
    void aQuotedNameMatchesItselfAndNothingElse(@ForAll @NotEmpty String name, @ForAll @NotEmpty String other) {
        String without = name.replace("\0", "0");
        TablePattern pattern = TablePattern.parse(SqlText.identifier(without));

        assertThat(pattern.matches(new TableName("any", without))).isTrue();
        assertThat(pattern.matches(new TableName("any", other))).isEqualTo(other.equals(without));
    }

    @Property
    void wildcardsMatchAsThoseOfRegularExpressions(
            @ForAll @Chars({'a', 'b', '*', '?'}) @StringLength(min = 1, max = 8) String pattern,
            @ForAll @Chars({'a', 'b'}) @StringLength(max = 12) String name) {
        boolean expected = name.matches(pattern.replace("*", ".*").replace("?", "."));

        assertThat(TablePattern.parse(pattern).matches(new TableName("any", name)))
                .isEqualTo(expected);
    }

    @Example
    void manyWildcardsTakeNoLonger() {
        TablePattern pattern = TablePattern.parse("*a".repeat(1_000) + "b");

        assertThat(pattern.matches(new TableName("any", "a".repeat(2_000)))).isFalse();
    }

    @Property
    void noPatternDoesAnythingButMatchOrFail(@ForAll String text, @ForAll String name) {
        try {
            TablePattern.parse(text).matches(new TableName("public", name));
        } catch (ConfigException e) {
            assertThat(e).hasMessageContaining("not a table pattern");
        }
    }

    @Example
    void aPatternShowsItselfAsItWasGiven() {
        assertThat(TablePattern.parse("A.\"b\"")).hasToString("A.\"b\"");
    }
}
