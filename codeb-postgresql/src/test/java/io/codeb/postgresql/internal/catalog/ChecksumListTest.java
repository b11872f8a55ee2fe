package io.codeb.postgresql.internal.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumListTest {
    private static final String HEAD = "{\"version\":1,\"encoding\":\"UTF8\"}\n";
    private static final String SUM = "0123456789abcdef0123456789abcdef";
    private static final String TABLE =
            "{\"schema\":\"public\",\"name\":\"t\",\"columns\":[\"a\"],\"rows\":1,\"sum\":\"" + SUM + "\"}\n";

    private static ErrorCode failure(byte[] bytes) {
        try {
            ChecksumList.of(bytes, "a list");
        } catch (CodeBException e) {
            return e.code();
        }
        throw new AssertionError("it was read");
    }

    @Provide
    Arbitrary<ChecksumList> lists() {
        Arbitrary<String> names = Arbitraries.strings().ofMinLength(1).ofMaxLength(20);
        Arbitrary<List<TableChecksum>> tables = Combinators.combine(
                        names,
                        names,
                        names.list().ofMaxSize(4),
                        Arbitraries.longs().greaterOrEqual(0))
                .as((schema, name, columns, rows) -> new TableChecksum(schema, name, columns, rows, SUM))
                .list()
                .uniqueElements(TableChecksum::table)
                .ofMaxSize(9);
        return Combinators.combine(Arbitraries.of("UTF8", "SQL_ASCII"), tables).as(ChecksumList::new);
    }

    @Property(tries = 200)
    void whatIsWrittenIsReadAsTheSame(@ForAll("lists") ChecksumList list) {
        assertThat(ChecksumList.of(list.toBytes(), "a list")).isEqualTo(list);
    }

    @Property(tries = 300)
    void whatWasCutInALineIsRefused(@ForAll("lists") ChecksumList list, @ForAll @IntRange(min = 0) int at) {
        byte[] whole = list.toBytes();
        int length = at % whole.length;
        byte[] cut = Arrays.copyOf(whole, length);
        if (length == 0 || cut[length - 1] != '\n') {
            assertThatThrownBy(() -> ChecksumList.of(cut, "a list")).isInstanceOf(IntegrityException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "{}\n",
                "[]\n",
                "7\n",
                "null\n",
                "{\"version\":\"1\",\"encoding\":\"UTF8\"}\n",
                "{\"version\":0,\"encoding\":\"UTF8\"}\n",
                "{\"version\":1,\"encoding\":\"EBCDIC\"}\n",
                "{\"version\":1,\"encoding\":\"UTF8\",\"more\":1}\n",
                HEAD + "\n",
                HEAD + "null\n",
                HEAD + TABLE + TABLE,
                HEAD + "{\"schema\":\"public\",\"name\":\"t\",\"columns\":[\"a\"],\"rows\":-1,\"sum\":\"" + SUM
                        + "\"}\n",
                HEAD + "{\"schema\":\"public\",\"name\":\"t\",\"columns\":[\"a\"],\"rows\":1,\"sum\":\"X\"}\n",
                HEAD + "{\"schema\":\"public\",\"name\":\"t\",\"columns\":[null],\"rows\":1,\"sum\":\"" + SUM + "\"}\n",
                HEAD + "{\"schema\":null,\"name\":\"t\",\"columns\":[\"a\"],\"rows\":1,\"sum\":\"" + SUM + "\"}\n",
                HEAD + "{\"schema\":\"public\",\"name\":\"t\",\"rows\":1,\"sum\":\"" + SUM + "\"}\n"
            })
    void whatIsNoListIsRefused(String text) {
        assertThat(failure(text.getBytes(UTF_8))).isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void oneThatWasMadeInAnotherWayIsToldAsNewer() {
        assertThat(failure("{\"version\":2,\"sums\":\"otherwise\"}\n".getBytes(UTF_8)))
                .isEqualTo(ErrorCode.MANIFEST_NEWER);
    }
}
