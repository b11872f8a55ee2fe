package io.codeb.postgresql.internal.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.RestoreOptions;
import io.codeb.model.TableName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A sink that takes statements one by one gets them whole, and rows as they are. */
class OneByOneTest {
    private static final String SCRIPT = """
            --
            -- Rows; of a table
            --

            SET client_encoding = 'UTF8';
            SELECT pg_catalog.set_config('search_path', '', false); ;
            /* a comment; of another kind */ CREATE TABLE public.t (
                a text DEFAULT ';' -- not its end;
            );

            COPY public.t (a) FROM stdin; \s

            ;
            --
            \\.

            -- and after them
            ALTER TABLE public.t OWNER TO somebody;
            CREATE INDEX i ON public.t (a);
            """;

    /** Writes down what it gets. */
    private static final class Notes implements ScriptSink {
        private final List<String> events = new ArrayList<>();
        private String passed = "";

        private void event(String event) {
            if (!passed.isEmpty()) {
                events.add("passed " + passed);
                passed = "";
            }
            events.add(event);
        }

        @Override
        public boolean oneByOne() {
            return true;
        }

        @Override
        public void statement(JudgedStatement statement) {
            event((statement.rowsFollow() ? "copy " : "statement ") + statement.utf8());
        }

        @Override
        public void rowsBegin() {
            event("rows begin");
        }

        @Override
        public void pass(ByteBuffer script) {
            passed += StandardCharsets.UTF_8.decode(script.duplicate());
        }

        @Override
        public void rowsEnded(TableName table) {
            event("rows of " + table + " end");
        }

        @Override
        public void tolerate(ByteBuffer statement, Set<String> sqlStates, String what) {
            event("tolerated " + what);
        }
    }

    private static List<String> events(String script, int chunk, RestoreOptions options) {
        Notes notes = new Notes();
        byte[] bytes = script.getBytes(StandardCharsets.UTF_8);
        ScriptScanner scanner =
                new ScriptScanner(ScriptRules.guarded("loaded", 17).with(options));
        for (int from = 0; from < bytes.length; from += chunk) {
            scanner.scan(ByteBuffer.wrap(bytes, from, Math.min(chunk, bytes.length - from)), notes);
        }
        scanner.finish();
        notes.event("end");
        return notes.events;
    }

    @Test
    void statementsComeWholeAndRowsAsTheyAreHoweverTheScriptIsCut() {
        for (int chunk : List.of(1, 2, 3, 7, 50, 10_000)) {
            assertThat(events(SCRIPT, chunk, RestoreOptions.AS_DUMPED))
                    .as("in chunks of %d bytes", chunk)
                    .containsExactly(
                            "statement SET client_encoding = 'UTF8'",
                            "statement SELECT pg_catalog.set_config('search_path', '', false)",
                            "statement CREATE TABLE public.t (\n    a text DEFAULT ';' -- not its end;\n)",
                            "rows begin",
                            "copy COPY public.t (a) FROM stdin",
                            "passed \n;\n--\n\\.\n",
                            "rows of public.t end",
                            "statement ALTER TABLE public.t OWNER TO somebody",
                            "statement CREATE INDEX i ON public.t (a)",
                            "end");
        }
    }

    @Test
    void whatIsLeftOutOrChangedIsSoHereToo() {
        RestoreOptions options = RestoreOptions.AS_DUMPED.withoutOwners();

        assertThat(events(SCRIPT, 10, options))
                .doesNotContain("statement ALTER TABLE public.t OWNER TO somebody")
                .contains("statement CREATE INDEX i ON public.t (a)");
        assertThat(events("CREATE SCHEMA public;\n", 10, options))
                .containsExactly("statement CREATE schema IF NOT EXISTS public", "end");
        assertThat(events("DROP TABLE public.t;\nCREATE TABLE public.t ();\n", 10, options))
                .containsExactly("tolerated DROP TABLE public.t", "statement CREATE TABLE public.t ()", "end");
    }

    @Test
    void aStatementThatIsTooLongComesInParts() {
        String statement = "CREATE VIEW v AS SELECT '" + "x".repeat(2 * ScriptScanner.HOLD_LIMIT) + "';";

        assertThat(events("SELECT 1;\n" + statement + "\nSELECT 2;\n", 5_000, RestoreOptions.AS_DUMPED))
                .containsExactly("statement SELECT 1", "passed " + statement, "statement SELECT 2", "end");
    }

    @Test
    void onlyTextInUtf8IsToldAsText() {
        byte[] latin = "SELECT 'é';".getBytes(StandardCharsets.ISO_8859_1);
        byte[] ascii = "SELECT 1;".getBytes(StandardCharsets.US_ASCII);
        byte[] utf8 = "SELECT 'é';".getBytes(StandardCharsets.UTF_8);

        assertThat(new JudgedStatement(
                                ByteBuffer.wrap(latin), StandardCharsets.ISO_8859_1, true, false, StatementKind.OTHER)
                        .utf8())
                .isNull();
        assertThat(new JudgedStatement(
                                ByteBuffer.wrap(utf8), StandardCharsets.ISO_8859_1, true, false, StatementKind.OTHER)
                        .utf8())
                .isNull();
        assertThat(new JudgedStatement(
                                ByteBuffer.wrap(ascii), StandardCharsets.ISO_8859_1, true, false, StatementKind.OTHER)
                        .utf8())
                .isEqualTo("SELECT 1");
        assertThat(new JudgedStatement(ByteBuffer.wrap(utf8), StandardCharsets.UTF_8, true, false, StatementKind.OTHER)
                        .utf8())
                .isEqualTo("SELECT 'é'");
    }
}
