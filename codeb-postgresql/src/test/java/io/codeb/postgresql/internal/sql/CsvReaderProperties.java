package io.codeb.postgresql.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CsvReaderProperties {
    @Property
    void everyFieldIsReadAsItWasWrittenHoweverTheTextIsCut(
            @ForAll("records") List<List<String>> records, @ForAll boolean quoteAll, @ForAll Random cuts) {
        byte[] bytes = records.stream()
                .map(record -> record.stream()
                        .map(field -> written(field, quoteAll))
                        .collect(Collectors.joining(",", "", "\n")))
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
        List<List<String>> read = new ArrayList<>();
        CsvReader reader = new CsvReader(read::add);

        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(bytes.length, from + 1 + cuts.nextInt(8));
            reader.read(bytes, from, to);
            from = to;
        }

        assertThat(read).isEqualTo(records);
        assertThat(reader.isBetweenRecords()).isTrue();
        assertThat(reader.held()).isZero();
    }

    @Property
    void aTextThatIsCutWithinARecordIsKnownToBe(@ForAll("records") List<List<String>> records) {
        CsvReader reader = new CsvReader(record -> {});
        for (List<String> record : records) {
            String line = record.stream().map(field -> written(field, true)).collect(Collectors.joining(","));
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);

            reader.read(bytes, 0, bytes.length);
            assertThat(reader.isBetweenRecords()).isFalse();
            assertThat(reader.held()).isEqualTo(bytes.length);

            reader.read(new byte[] {'\n'}, 0, 1);
            assertThat(reader.isBetweenRecords()).isTrue();
        }
    }

    private static String written(String field, boolean quote) {
        boolean plain = field.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        return plain && !quote ? field : '"' + field.replace("\"", "\"\"") + '"';
    }

    @Provide
    Arbitrary<List<List<String>>> records() {
        return Arbitraries.of("a", "\"", ",", "\n", "\r\n", "", " ", "\\.", "표", "\uD83D\uDE00", "\"\"", "N")
                .list()
                .ofMaxSize(5)
                .map(parts -> String.join("", parts))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .list()
                .ofMaxSize(6);
    }
}
