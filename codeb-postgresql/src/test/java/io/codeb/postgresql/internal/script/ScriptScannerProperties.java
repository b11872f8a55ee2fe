package io.codeb.postgresql.internal.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.IntegrityException;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

class ScriptScannerProperties {
    /**
     * A piece of a script that ends between two statements.
     *
     * @param text as it is in the script
     * @param table what it fills, or null
     * @param rows how many rows it fills it with
     */
    record Piece(String text, @Nullable TableName table, long rows) {}

    private static final String FAKE_COPY = "COPY public.t (a) FROM stdin;\n1\n2\n";

    @Property(tries = 300)
    void everyRowIsCountedAndEveryBytePassesHoweverTheScriptIsCut(
            @ForAll("scripts") List<Piece> script, @ForAll Random cuts) {
        byte[] bytes = text(script).getBytes(StandardCharsets.UTF_8);
        ScriptScanner scanner = new ScriptScanner(ScriptRules.guarded("loaded", 17));
        ByteArrayOutputStream passed = new ByteArrayOutputStream();

        for (int from = 0; from < bytes.length; ) {
            int length = Math.min(bytes.length - from, 1 + cuts.nextInt(cuts.nextBoolean() ? 4 : 100));
            ByteBuffer chunk = cuts.nextBoolean()
                    ? ByteBuffer.allocateDirect(length).put(bytes, from, length).flip()
                    : ByteBuffer.wrap(bytes, from, length);
            scanner.scan(chunk, slice -> take(slice, passed));
            from += length;
        }
        scanner.finish();

        assertThat(scanner.tables()).isEqualTo(expected(script));
        assertThat(scanner.rows())
                .isEqualTo(script.stream().mapToLong(Piece::rows).sum());
        assertThat(passed.toByteArray()).isEqualTo(bytes);
    }

    @Property(tries = 100)
    void aScriptThatIsCutWithinAPieceIsAnError(@ForAll("scripts") List<Piece> script, @ForAll("pieces") Piece last) {
        String before = text(script);
        byte[] bytes = last.text().getBytes(StandardCharsets.UTF_8);

        for (int length = 1; length < bytes.length; length++) {
            if (isWhole(bytes, length)) {
                continue;
            }
            byte[] cut = Arrays.copyOf(bytes, length);
            ScriptScanner scanner = new ScriptScanner(ScriptRules.guarded("loaded", 17));
            scanner.scan(ByteBuffer.wrap(before.getBytes(StandardCharsets.UTF_8)), slice -> {});
            scanner.scan(ByteBuffer.wrap(cut), slice -> {});
            assertThatThrownBy(scanner::finish)
                    .as("%s", new String(cut, StandardCharsets.UTF_8))
                    .isInstanceOf(IntegrityException.class);
        }
    }

    /** Comments need no end of their own, and the last line of rows and a statement no end of the line. */
    private static boolean isWhole(byte[] bytes, int length) {
        String cut = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        String rest = new String(bytes, length, bytes.length - length, StandardCharsets.ISO_8859_1);
        return (cut.startsWith("--") && !cut.contains("\n"))
                || cut.isBlank()
                || rest.isBlank()
                || (cut.startsWith("COPY ") && rest.equals("\n"));
    }

    @Property(tries = 100)
    void aDumpThatIsCutAnywhereBeforeItsEndIsAnError(@ForAll("scripts") List<Piece> script, @ForAll Random cuts) {
        byte[] dump = ("--\n-- PostgreSQL database dump\n--\n\n" + text(script)
                        + "--\n-- PostgreSQL database dump complete")
                .getBytes(StandardCharsets.UTF_8);
        int length = 31 + cuts.nextInt(dump.length - 31);
        ScriptScanner scanner = new ScriptScanner(ScriptRules.guarded("loaded", 17));
        scanner.scan(ByteBuffer.wrap(dump, 0, length), slice -> {});

        assertThatThrownBy(scanner::finish).isInstanceOf(IntegrityException.class);
    }

    @Provide
    Arbitrary<List<Piece>> scripts() {
        return pieces().list().ofMaxSize(12);
    }

    @Provide
    Arbitrary<Piece> pieces() {
        Arbitrary<String> statements = Combinators.combine(
                        Arbitraries.of(
                                "SELECT %s;", "SELECT 1, (%s; %s);", "INSERT INTO copy VALUES (%s, 2) ;", "\n  DO %s;"),
                        tokens(),
                        tokens())
                .as((statement, a, b) -> String.format(statement, a, b) + "\n");
        Arbitrary<String> comments = wild().map(text -> "-- " + text.replaceAll("[\r\n]", " ") + "\n");
        return Arbitraries.frequencyOf(
                        Tuple.of(3, rowsOfATable()),
                        Tuple.of(3, statements.map(ScriptScannerProperties::plain)),
                        Tuple.of(1, comments.map(ScriptScannerProperties::plain)))
                .edgeCases(edges -> edges.none());
    }

    private static Piece plain(String text) {
        return new Piece(text, null, 0);
    }

    private static Arbitrary<Piece> rowsOfATable() {
        Arbitrary<TableName> tables = Arbitraries.of(
                new TableName("public", "t"),
                new TableName("public", "we\"ird $(x) 'name'"),
                new TableName("select", "table"),
                new TableName("쇼핑", "주문; COPY x FROM stdin;"));
        Arbitrary<String> columns =
                Arbitraries.of("", " (a)", " (a, \"b;)\", \"from stdin\")").edgeCases(edges -> edges.none());
        Arbitrary<String> rows = Arbitraries.oneOf(
                wild().map(ScriptScannerProperties::copyText),
                Arbitraries.of(
                        "",
                        "\\N",
                        "\\\\.",
                        "\\N\t\\\\",
                        ".",
                        "-- PostgreSQL database dump complete",
                        "\t\t",
                        "$$",
                        "'"));
        return Combinators.combine(tables, columns, rows.list().ofMaxSize(20)).as((table, list, lines) -> {
            String header = "COPY " + quoted(table.schema()) + "." + quoted(table.name()) + list + " FROM stdin;\n";
            String body = lines.stream().map(line -> line + "\n").collect(Collectors.joining());
            return new Piece(header + body + "\\.\n", table, lines.size());
        });
    }

    private static Arbitrary<String> tokens() {
        Arbitrary<String> wild = wild();
        return Arbitraries.oneOf(
                wild.map(text -> "'" + text.replace("'", "''") + "'"),
                wild.map(text -> "E'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"),
                wild.map(ScriptScannerProperties::quoted),
                wild.map(text -> "$x$" + text.replace("$x", "$y$ $$") + "$x$"),
                wild.map(text -> "/* " + text.replaceAll("[*/]", "+") + " /* ; */ **/ 1"),
                Arbitraries.of(
                        "1", "a$b$c", "$1", "x::int", "a[1:2]", "1 - -1", "'a' -- ;'\n", "'\\'", "e", "u&e", "1.5e-3"));
    }

    private static Arbitrary<String> wild() {
        return Arbitraries.of(
                        "a",
                        "'",
                        "\"",
                        "\\",
                        "\\.",
                        "\n\\.\n",
                        ";",
                        "$",
                        "$$",
                        "$x",
                        "--",
                        "/*",
                        "*/",
                        "(",
                        ")",
                        " ",
                        "\t",
                        "\r\n",
                        "\n",
                        "표",
                        "é",
                        "\\restrict x\n",
                        FAKE_COPY,
                        "E'",
                        "BEGIN",
                        "x'",
                        "::",
                        "\uD83D\uDE00")
                .list()
                .ofMaxSize(8)
                .map(parts -> String.join("", parts));
    }

    private static String copyText(String value) {
        return value.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    private static String text(List<Piece> script) {
        return script.stream().map(Piece::text).collect(Collectors.joining());
    }

    private static List<TableRows> expected(List<Piece> script) {
        Map<TableName, Long> rows = new TreeMap<>();
        for (Piece piece : script) {
            if (piece.table() != null) {
                rows.merge(piece.table(), piece.rows(), Long::sum);
            }
        }
        return rows.entrySet().stream()
                .map(entry ->
                        new TableRows(entry.getKey().schema(), entry.getKey().name(), entry.getValue()))
                .toList();
    }

    private static void take(ByteBuffer slice, ByteArrayOutputStream out) {
        byte[] bytes = new byte[slice.remaining()];
        slice.get(bytes);
        out.writeBytes(bytes);
    }
}
