package io.codeb.postgresql.internal.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.RestoreOptions;
import io.codeb.model.TableName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class ScriptHeadsProperties {
    /**
     * Reads what psql reads, lines of our own between those of the script, and can tell in which line it has read a
     * word.
     */
    private static final class Psql implements ScriptSink {
        private final ScriptLines lines = new ScriptLines();
        private final StringBuilder input = new StringBuilder();

        @Override
        public void pass(ByteBuffer script) {
            lines.script(script);
            input.append(StandardCharsets.UTF_8.decode(script));
        }

        @Override
        public void tolerate(ByteBuffer statement, Set<String> sqlStates, String what) {
            own("\\set ON_ERROR_STOP 0\n\\set ON_ERROR_ROLLBACK on\n");
            pass(statement);
            own("\n\\echo\n");
        }

        @Override
        public void rowsEnded(TableName table) {
            own("\\echo\n");
        }

        @Override
        public void dropped(long count) {
            lines.dropped(count);
        }

        private void own(String text) {
            lines.own(text.chars().filter(c -> c == '\n').count());
            input.append(text);
        }

        /** The script's line of what psql has read up to a word. */
        long scriptLine(String word) {
            int at = input.indexOf(word);
            assertThat(at).as(word).isNotNegative();
            return lines.scriptLine(
                    1 + input.substring(0, at).chars().filter(c -> c == '\n').count());
        }
    }

    /** Statements with a mark of their own in the line that psql names in an error. */
    private static final List<String> MARKED = List.of(
            "CREATE TABLE t# (a int, -- ;\n b text)\n WITH (fillfactor = 90)/*@#@*/;\n",
            "CREATE INDEX t#\n ON x (a)\n TABLESPACE far/*@#@*/;\n",
            "INSERT INTO t# VALUES (1, 'a\n;\nb')/*@#@*/;\n",
            "INSERT INTO t# VALUES (1)/*@#@*/; ",
            "ALTER TABLE t#\nOWNER TO somebody/*@#@*/;\n",
            "DROP TABLE t#\n/*@#@*/;\n",
            "CREATE EXTENSION\nplpgsql VERSION t#/*@#@*/;\n",
            "COPY t# (a) FROM stdin;\n1\n2\n@#@\n\\.\n",
            "CREATE FUNCTION t#() RETURNS void AS $$\nBEGIN;\nEND\n$$ LANGUAGE sql/*@#@*/;\n");

    /** What comes between them, and moves the lines of the script against those of psql's input. */
    private static final List<String> UNMARKED = List.of(
            "\n",
            "-- a comment\n",
            "\\restrict abc\n",
            "SET transaction_timeout =\n 0;\n",
            "COMMENT ON EXTENSION\n x IS 'a';\n");

    @Property(tries = 500)
    void whateverTheChunksAnErrorFindsItsStatement(@ForAll("scripts") List<String> script, @ForAll Random cuts) {
        StringBuilder text = new StringBuilder("CREATE TABLE first (a int);\n");
        for (int i = 0; i < script.size(); i++) {
            // A meta-command stands in a line of its own.
            boolean startsLine = text.charAt(text.length() - 1) == '\n';
            text.append(startsLine ? "" : "\n").append(script.get(i).replace("#", i + "x"));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        ScriptHeads heads = new ScriptHeads();
        ScriptScanner scanner = new ScriptScanner(
                ScriptRules.guarded("loaded", 15).with(RestoreOptions.AS_DUMPED.withoutTablespaces()), heads);
        Psql psql = new Psql();
        for (int from = 0; from < bytes.length; ) {
            int length = Math.min(bytes.length - from, 1 + cuts.nextInt(cuts.nextBoolean() ? 4 : 100));
            scanner.scan(ByteBuffer.wrap(bytes, from, length), psql);
            from += length;
        }
        scanner.finish();

        for (int i = 0; i < script.size(); i++) {
            if (MARKED.contains(script.get(i))) {
                assertThat(heads.of(psql.scriptLine("@" + i + "x@")))
                        .as("%s", script.get(i))
                        .contains("t" + i + "x")
                        .doesNotContain("\n");
            }
        }
    }

    @Property(tries = 100)
    void everyLineOfAStatementAndOfItsRowsIsItsOwn(@ForAll Random cuts) {
        String script = "SELECT\n1;\n\nCOPY t FROM stdin;\n1\n2\n\\.\n-- comment\nSELECT 2;";
        ScriptHeads heads = new ScriptHeads();
        ScriptScanner scanner = new ScriptScanner(ScriptRules.guarded("loaded", 17), heads);
        byte[] bytes = script.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; ) {
            int length = Math.min(bytes.length - from, 1 + cuts.nextInt(8));
            scanner.scan(ByteBuffer.wrap(bytes, from, length), passed -> {});
            from += length;
        }

        assertThat(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L).stream().map(heads::of))
                .containsExactly(
                        "SELECT 1",
                        "SELECT 1",
                        "",
                        "COPY t FROM stdin",
                        "COPY t FROM stdin",
                        "COPY t FROM stdin",
                        "COPY t FROM stdin",
                        "",
                        "SELECT 2",
                        "");
    }

    @Example
    void theLastMegabytesAreKeptAndWhatIsOlderIsNot() {
        String filler = "x".repeat(ScriptHeads.HEAD_BYTES);
        ScriptHeads heads = new ScriptHeads();
        int statements = 3 * ScriptHeads.KEPT_BYTES / ScriptHeads.HEAD_BYTES;
        for (int i = 1; i <= statements; i++) {
            byte[] text = ("SELECT " + i + "," + filler).getBytes(StandardCharsets.UTF_8);
            heads.begin(ByteBuffer.wrap(text), false, true, StandardCharsets.UTF_8, i);
            heads.end(i, false);
        }

        int kept = ScriptHeads.KEPT_BYTES / ScriptHeads.HEAD_BYTES;
        for (int line = statements - kept + 1; line <= statements; line++) {
            assertThat(heads.of(line)).startsWith("SELECT " + line + ",");
        }
        assertThat(heads.of(statements - kept - 1)).isEmpty();
    }

    @Example
    void soAreTheLastThousandsOfShortStatements() {
        ScriptHeads heads = new ScriptHeads();
        for (int i = 1; i <= 2 * ScriptHeads.KEPT; i++) {
            byte[] text = ("SELECT " + i + ";").getBytes(StandardCharsets.UTF_8);
            heads.begin(ByteBuffer.wrap(text), true, true, StandardCharsets.UTF_8, i);
            heads.end(i, false);
        }

        assertThat(heads.of(ScriptHeads.KEPT + 1)).isEqualTo("SELECT " + (ScriptHeads.KEPT + 1));
        assertThat(heads.of(2L * ScriptHeads.KEPT)).isEqualTo("SELECT " + 2 * ScriptHeads.KEPT);
        assertThat(heads.of(ScriptHeads.KEPT)).isEmpty();
    }

    @Example
    void aStatementThatIsTooLongToBeHeldIsFoundToo() {
        ScriptHeads heads = new ScriptHeads();
        ScriptScanner scanner = new ScriptScanner(ScriptRules.guarded("loaded", 17), heads);
        String script = "\nINSERT INTO t VALUES ('" + "a\n".repeat(ScriptScanner.HOLD_LIMIT) + "');\nSELECT 2;\n";
        byte[] bytes = script.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += 1000) {
            scanner.scan(ByteBuffer.wrap(bytes, from, Math.min(1000, bytes.length - from)), passed -> {});
        }

        long lines = ScriptScanner.HOLD_LIMIT + 2;
        assertThat(heads.of(2)).isEqualTo("INSERT INTO t VALUES ( …");
        assertThat(heads.of(lines)).isEqualTo("INSERT INTO t VALUES ( …");
        assertThat(heads.of(lines + 1)).isEqualTo("SELECT 2");
    }

    @Provide
    Arbitrary<List<String>> scripts() {
        return Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.of(MARKED)), Tuple.of(2, Arbitraries.of(UNMARKED)))
                .list()
                .ofMaxSize(20);
    }
}
