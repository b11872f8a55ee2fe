package io.codeb.postgresql.internal.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.TableRows;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptScannerTest {
    private static final String COPY = "COPY public.t (a) FROM stdin;\n1\n2\n\\.\n";

    /** A script on its way through a scanner. */
    private static final class Passage {
        private final ScriptScanner scanner;
        private final ByteArrayOutputStream passed = new ByteArrayOutputStream();

        Passage(ScriptScanner scanner) {
            this.scanner = scanner;
        }

        Passage of(String script) {
            return of(script, StandardCharsets.UTF_8);
        }

        Passage of(String script, Charset charset) {
            scanner.scan(ByteBuffer.wrap(script.getBytes(charset)), this::take);
            return this;
        }

        Passage byteByByte(String script) {
            for (byte b : script.getBytes(StandardCharsets.UTF_8)) {
                scanner.scan(ByteBuffer.wrap(new byte[] {b}), this::take);
            }
            return this;
        }

        private void take(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                passed.write(bytes.get());
            }
        }

        ScriptScanner finished() {
            scanner.finish();
            return scanner;
        }

        String passed() {
            return passed.toString(StandardCharsets.UTF_8);
        }
    }

    private static Passage guarded() {
        return new Passage(new ScriptScanner(ScriptRules.guarded("loaded", 17)));
    }

    private static Passage inTransaction() {
        return new Passage(new ScriptScanner(ScriptRules.guarded("loaded", 17).inOneTransaction(true)));
    }

    private static long rows(String script) {
        long whole = guarded().of(script).finished().rows();
        assertThat(guarded().byteByByte(script).finished().rows()).isEqualTo(whole);
        return whole;
    }

    private static void isTruncated(String script) {
        assertThatThrownBy(() -> guarded().of(script).finished())
                .as(script)
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRUNCATED));
    }

    private static CodeBException refusal(String script) {
        Throwable thrown = catchThrowable(() -> guarded().of(script).finished());
        assertThat(thrown).as(script).isInstanceOf(CodeBException.class);
        Throwable inPieces = catchThrowable(() -> guarded().byteByByte(script).finished());
        assertThat(inPieces).as(script).hasMessage(thrown.getMessage());
        return (CodeBException) thrown;
    }

    @Test
    void rowsAreCountedByTable() {
        String script = """
                COPY public.b FROM stdin;
                1
                \\.

                COPY public.a (x, "y;") FROM stdin;
                1\t2
                3\t4

                \\.
                COPY public.b (x) FROM STDIN WITH (FORMAT text);
                \\N
                \\\\.
                \\.
                COPY other.empty FROM stdin;
                \\.
                """;

        ScriptScanner scanner = guarded().of(script).finished();

        assertThat(scanner.rows()).isEqualTo(6);
        assertThat(scanner.tables())
                .containsExactly(
                        new TableRows("other", "empty", 0),
                        new TableRows("public", "a", 3),
                        new TableRows("public", "b", 3));
    }

    @Test
    void namesAreReadAsTheServerReadsThem() {
        String script = """
                copy "we""ird $(x) 'name'" from stdin;
                1
                \\.
                COPY Public . MiXed(a) FROM STDIN;
                \\.
                COPY "select"."표" FROM stdin;
                1
                2
                \\.
                COPY app.public."a.b" FROM stdin;
                \\.
                """;

        assertThat(guarded().of(script).finished().tables())
                .containsExactly(
                        new TableRows("public", "a.b", 0),
                        new TableRows("public", "mixed", 0),
                        new TableRows("public", "we\"ird $(x) 'name'", 1),
                        new TableRows("select", "표", 2));
    }

    @Test
    void aNameWithoutSchemaIsLookedForInTheSearchPath() {
        String script = "SET search_path = \"$user\", audit, pg_catalog;\nCOPY t FROM stdin;\n1\n\\.\n";

        assertThat(guarded().of(script).finished().tables()).containsExactly(new TableRows("audit", "t", 1));
    }

    @Test
    void namesAreReadInTheEncodingOfTheScript() {
        String script = "SET client_encoding = 'LATIN1';\nCOPY public.\"Größe\" FROM stdin;\n\\.\n";

        assertThat(guarded().of(script, StandardCharsets.ISO_8859_1).finished().tables())
                .containsExactly(new TableRows("public", "Größe", 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'COPY t FROM stdin;\n1\n2\n3\n';\n",
                "SELECT E'it\\'s; COPY t FROM stdin;\n1\n';\n",
                "SELECT U&'d\\0061; COPY t FROM stdin;\n1\n';\n",
                "SELECT 'a\\';\n",
                "SELECT \"COPY t FROM stdin;\n1\n\";\n",
                "-- COPY t FROM stdin;\n",
                "/* COPY t FROM stdin; /* nested */\n1\n */ SELECT 1;\n",
                "SELECT 1 +/* ; */ 1;\n",
                "SELECT 1 -- ;\n + 1;\n",
                "DO $$ COPY t FROM stdin;\n1\n$$;\n",
                "DO $a$ $$ COPY t FROM stdin; $b$ $ab$ $a\n1\n$a$;\n",
                "SELECT a$b$ FROM t;\n",
                "SELECT $1, $2;\n",
                "SELECT (1; 2);\n",
                "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; COPY);\n",
                "COPY t TO stdout;\n",
                "COPY (SELECT 1) TO stdin;\n",
                "SELECT x FROM copy; SELECT 'from stdin';\n",
                "SELECT 0x1F, 1e-5, 1.5e+3, 1_000, .5, 1., a[1:2], '1'::int, b'01', x'ff', n'a', u&1;\n",
                """
                CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC
                 SELECT CASE WHEN true THEN 1 END;
                 COPY t FROM stdin;
                 END;
                """,
                "create or replace procedure p() begin atomic; copy t from stdin; end;\n",
            })
    void whatOnlyLooksLikeRowsIsNotCounted(String statement) {
        assertThat(rows(statement)).isZero();
        assertThat(rows(statement + COPY)).isEqualTo(2);
        assertThat(rows(COPY + statement + COPY)).isEqualTo(4);
        assertThat(guarded().byteByByte(COPY + statement).passed()).isEqualTo(COPY + statement);
    }

    @Test
    void aBeginOutsideOfFunctionsOpensNothing() {
        assertThat(rows("BEGIN;\n" + COPY + "END;\n")).isEqualTo(2);
        assertThat(rows("CREATE TABLE begin (a int);\n" + COPY)).isEqualTo(2);
    }

    @Test
    void aBackslashInAStringEscapesWhereTheScriptSaysSo() {
        String script = "SET standard_conforming_strings = off;\nSELECT 'it\\'s; COPY t FROM stdin;\n';\n"
                + "SET standard_conforming_strings TO 'on'; -- as it should be\nSELECT 'a\\';\n" + COPY;

        assertThat(rows(script)).isEqualTo(2);
    }

    @Test
    void aStringGoesOnAfterACarriageReturnAsInPsql() {
        assertThat(rows("SELECT E'a' \r 'b\\'; COPY t FROM stdin;\n';\n")).isZero();
        assertThat(rows("SELECT E'a'\n 'b\\';\n" + COPY)).isEqualTo(2);
    }

    @Test
    void aByteOrderMarkIsSkippedAsInPsql() {
        assertThat(rows("\uFEFF" + COPY)).isEqualTo(2);
    }

    @Test
    void linesMayEndAsOnWindows() {
        assertThat(rows("COPY t FROM stdin;\r\n1\r\n\\.\r\nSELECT 1;\r\n")).isEqualTo(1);
        assertThat(rows("COPY t FROM stdin; -- rows\r\n1\r\n\\.\r\n")).isEqualTo(1);
    }

    @Test
    void theLastLineMayLackItsEnd() {
        assertThat(rows("COPY t FROM stdin;\n1\n\\.")).isEqualTo(1);
        assertThat(rows(COPY + "-- done")).isEqualTo(2);
    }

    @Test
    void rowsThatAreNearlyTheLastLineAreRows() {
        assertThat(rows("COPY t FROM stdin;\n\\..\n\\\\.\n.\n \\.\n\\.\r\r\n\\\n\n\\.\n"))
                .isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "SELECT 'abc",
                "SELECT 'abc'",
                "'abc'",
                "SELECT E'abc\\",
                "SELECT \"abc",
                "SELECT $a$ abc $a",
                "/* abc",
                "/* abc *",
                "SELECT (1;",
                "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;",
                "COPY t FROM stdin;",
                "COPY t FROM stdin; -- rows",
                "COPY t FROM stdin;\n",
                "COPY t FROM stdin;\n1\n",
                "COPY t FROM stdin;\n1\n\\",
                "COPY t FROM stdin;\n1\n\\.x",
                "-- PostgreSQL database dump\nSELECT 1;\n",
                "-- PostgreSQL database cluster dump\n-- PostgreSQL database dump\n-- PostgreSQL database"
                        + " dump complete\n",
                "-",
                "\\restrict abc",
            })
    void aScriptThatIsCutIsAnError(String script) {
        isTruncated(script);
    }

    @Test
    void aDumpIsKnownByItsFirstAndLastComment() {
        String dump =
                "--\n-- PostgreSQL database dump\n--\n\n" + COPY + "--\n-- PostgreSQL database dump complete\n--\n\n";

        ScriptScanner scanner = guarded().byteByByte(dump).finished();

        assertThat(scanner.hasDumpHeader()).isTrue();
        assertThat(scanner.hasDumpTrailer()).isTrue();
    }

    @Test
    void whoMadeADumpIsSaidInItsHead() {
        String made = "-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)\n";
        String head = "--\n-- PostgreSQL database dump\n--\n\n\\restrict x\n\n-- Dumped from database version 13.1\n";
        String later = COPY + "-- Dumped by pg_dump version 99.1\n";

        assertThat(followed(head + made + later)).isEqualTo("15.18 (Debian 15.18-0+deb12u1)");
        assertThat(followed(made + COPY)).as("behind no head").isEmpty();
        assertThat(followed(head + "SELECT 1\n" + made + ";\n"))
                .as("within a statement")
                .isEmpty();
        assertThat(followed(head + "-- Dumped by pg_dump version " + "9".repeat(200) + "\n"))
                .as("of any length")
                .isEmpty();
    }

    private static String followed(String script) {
        return new Passage(new ScriptScanner()).byteByByte(script).scanner.dumpedBy();
    }

    @Test
    void theEndOfADumpCountsOnlyAsACommentOfItsOwn() {
        String end = "\n-- PostgreSQL database dump complete\n";
        String dump = "-- PostgreSQL database dump\n";

        isTruncated(dump + "SELECT '" + end + "';\n");
        isTruncated(dump + "/*" + end + "*/\n");
        isTruncated(dump + "COPY t FROM stdin;" + end + "\\.\n");
        isTruncated(dump + "SELECT 1" + end + ";\n");
    }

    @Test
    void theDumpOfAClusterHasAnEndOfItsOwn() {
        String dump = "-- PostgreSQL database cluster dump\nSELECT 1;\n-- PostgreSQL database cluster dump complete\n";

        assertThat(new Passage(new ScriptScanner()).of(dump).finished().hasDumpTrailer())
                .isTrue();
    }

    @Test
    void restrictionsOfNewerDumpsAreDropped() {
        String script = "-- PostgreSQL database dump\n\\restrict aB3\n" + COPY
                + "-- PostgreSQL database dump complete\n--\n\n\\unrestrict aB3\r\n\n";
        String expected = "-- PostgreSQL database dump\n\n" + COPY + "-- PostgreSQL database dump complete\n--\n\n\n\n";

        Passage whole = guarded().of(script);
        Passage pieces = guarded().byteByByte(script);

        assertThat(whole.finished().rows()).isEqualTo(2);
        assertThat(whole.passed()).isEqualTo(expected);
        assertThat(pieces.finished().rows()).isEqualTo(2);
        assertThat(pieces.passed()).isEqualTo(expected);
    }

    @Test
    void whoTrustsTheScriptLetsEverythingPass() {
        String script =
                "\\restrict a\n\\connect \"x;'\"\n\\echo a \\\\ COPY t FROM stdin;\n1\n\\.\nSELECT 1\\; SELECT 2;\n";

        Passage passage = new Passage(new ScriptScanner()).byteByByte(script);

        assertThat(passage.finished().rows()).isEqualTo(1);
        assertThat(passage.passed()).isEqualTo(script);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\! rm -rf /",
                "\\copy t from program 'x'",
                "\\i /etc/passwd",
                "SELECT 1 \\gexec",
                "SELECT 1\\; SELECT 2;",
                " \\restrict abc",
                "\\restrict abc \\! x",
                "\\restrict 'a b'",
                "\\restrict",
                "\\unrestricted abc",
                "\\",
                "CO\\restrict abc",
            })
    void commandsForPsqlAreRefused(String line) {
        assertThat(refusal("SELECT 1;\n" + line + "\n").code()).isEqualTo(ErrorCode.DUMP_UNSAFE);
    }

    @Test
    void aRefusalNamesTheCommandAndItsLine() {
        CodeBException refusal = refusal("SELECT '\n';\n" + COPY + "\\! id\n");

        assertThat(refusal)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("line 7")
                .hasMessageContaining("\\!");
    }

    @Test
    void nothingOfARefusedCommandIsHandedOn() {
        Passage passage = guarded();

        assertThatThrownBy(() -> passage.byteByByte("SELECT 1;\n\\! id\n")).isInstanceOf(EngineException.class);

        assertThat(passage.passed()).isEqualTo("SELECT 1;\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY t FROM PROGRAM 'id';",
                "COPY t FROM '/etc/passwd';",
                "COPY t (a, b) FROM E'/etc/passwd';",
                "COPY t TO '/tmp/x';",
                "COPY (SELECT 1) TO PROGRAM 'id';",
                "SELECT :DBNAME;",
            })
    void whatReachesBeyondTheDatabaseIsRefused(String statement) {
        assertThat(refusal(statement + "\n").code()).isEqualTo(ErrorCode.DUMP_UNSAFE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET client_encoding = 'SJIS';\n",
                "SET NAMES 'gb18030';\n",
                "COPY t FROM stdin WITH (FORMAT binary);\n",
                "COPY t FROM stdin (FORMAT 'binary');\n",
                "COPY BINARY t FROM stdin;\n",
                "SELECT 1;\u0000\n",
                "COPY t FROM stdin;\n1\n2\u0000\n\\.\n",
            })
    void whatCannotBeFollowedIsRefused(String script) {
        assertThat(refusal(script).code()).isEqualTo(ErrorCode.DUMP_UNRECOGNIZED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1e'\\''; \\! id\n",
                "SELECT 1a$b$;",
                "SELECT 0b'01';",
                "SELECT 1e--5\n;",
                "CREATE FUNCTION f 1begin;\n",
                "COPY t FROM stdin; \\! id\n",
                "COPY t FROM stdin; SELECT 1;\n",
                "COPY t FROM stdin; -- x\r \\! id\n",
                "SET standard_conforming_strings = off; SELECT '\\'';\n",
            })
    void whatVersionsOfPsqlWouldReadDifferentlyIsRefused(String script) {
        assertThat(refusal(script).code()).isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void aNameOfAnyLengthIsNotKept() {
        assertThat(refusal("COPY \"" + "a".repeat(ScriptLexer.NAME_LIMIT + 1) + "\" FROM stdin;\n")
                        .code())
                .isEqualTo(ErrorCode.CORRUPT);
        assertThat(refusal("SELECT " + "a".repeat(ScriptLexer.NAME_LIMIT + 1) + ";\n")
                        .code())
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void directBuffersAreReadAsHeapBuffersAre() {
        String script = COPY.repeat(10_000);
        ByteBuffer direct = ByteBuffer.allocateDirect(script.length())
                .put(script.getBytes(StandardCharsets.UTF_8))
                .flip();
        Passage passage = guarded();

        passage.scanner.scan(direct, passage::take);

        assertThat(direct.hasRemaining()).isFalse();
        assertThat(passage.finished().rows()).isEqualTo(20_000);
        assertThat(passage.passed()).isEqualTo(script);
    }

    @Test
    void aPartOfABufferIsReadAsSuch() {
        byte[] bytes = ("\\! id\n" + COPY + "\\! id\n").getBytes(StandardCharsets.UTF_8);
        Passage passage = guarded();

        passage.scanner.scan(ByteBuffer.wrap(bytes, 6, bytes.length - 12).slice(), passage::take);

        assertThat(passage.finished().rows()).isEqualTo(2);
        assertThat(passage.passed()).isEqualTo(COPY);
    }

    private static final String LARGE_OBJECTS = """
            CREATE TABLE t (a int);
            COPY t FROM stdin;
            COMMIT;
            \\.
            -- Data for Name: BLOBS
            BEGIN;
            SELECT pg_catalog.lo_open('1', 131072);
            SELECT 'COMMIT;';
            COMMIT;
            CREATE INDEX ON t (a);
            """;

    @Test
    void insideATransactionBeginAndCommitAreDropped() {
        Passage passage = inTransaction().of(LARGE_OBJECTS);
        assertThat(passage.finished().rows()).isEqualTo(1);
        assertThat(passage.passed())
                .contains("\nCOMMIT;\n\\.", "SELECT 'COMMIT;'", "CREATE INDEX")
                .doesNotContain("BEGIN;", "131072);\nCOMMIT;", "'COMMIT;';\nCOMMIT;");
    }

    @Test
    void insideATransactionEachLineMayComeByItself() {
        Passage whole = inTransaction().of(LARGE_OBJECTS);
        Passage byLine = inTransaction();
        LARGE_OBJECTS.lines().forEach(line -> byLine.of(line + "\n"));
        assertThat(byLine.finished().rows()).isEqualTo(1);
        assertThat(byLine.passed().lines().filter(line -> !line.startsWith("--") && !line.isBlank()))
                .containsExactlyElementsOf(whole.passed()
                        .lines()
                        .filter(line -> !line.startsWith("--") && !line.isBlank())
                        .toList());
    }

    @Test
    void insideATransactionNothingMayUndoIt() {
        for (String script :
                java.util.List.of("ROLLBACK;", "abort;", "PREPARE TRANSACTION 'x';", "/* so */ rollback work;")) {
            assertThatThrownBy(() -> inTransaction().of("SELECT 1;\n" + script))
                    .as(script)
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DUMP_UNSAFE));
        }
        assertThat(inTransaction()
                        .of("SAVEPOINT a; ROLLBACK TO a; PREPARE p AS SELECT 1;\n")
                        .finished()
                        .rows())
                .isZero();
    }
}
