package io.codeb.it;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The forms in which people bring dumps, each made by the programs of the server that the database is on. */
enum DumpForm {
    SCRIPT("pg_dump"),
    CREATE("pg_dump --create"),
    CLEAN("pg_dump --clean"),
    CLEAN_IF_EXISTS("pg_dump --clean --if-exists"),
    CLEAN_CREATE("pg_dump --clean --create"),
    INSERTS("pg_dump --inserts"),
    COLUMN_INSERTS("pg_dump --column-inserts --rows-per-insert=100"),
    QUOTED("pg_dump --quote-all-identifiers"),
    LATIN1("pg_dump --encoding=LATIN1"),
    SESSION_AUTHORIZATION("pg_dump --use-set-session-authorization"),
    NO_OWNER("pg_dump --no-owner --no-privileges", Sameness.BUT_OWNERS),
    SCHEMA_PUBLIC("pg_dump --schema=public --blobs"),
    SCHEMA_ONLY("pg_dump --schema-only", Sameness.DEFINITIONS),
    DATA_ONLY("pg_dump --data-only"),
    DATA_ONLY_NO_TRIGGERS("pg_dump --data-only --disable-triggers"),
    DATA_ONLY_INSERTS("pg_dump --data-only --inserts"),
    TWO_IN_ONE("two in one file: `--schema-only`, `--data-only`", "pg_dump --schema-only; pg_dump --data-only"),
    GZIP("`pg_dump`, then gzip", "pg_dump | gzip"),
    ZSTD("`pg_dump`, then zstd", "pg_dump | zstd"),
    CRLF("`pg_dump`, lines end with CRLF", "pg_dump", DumpForm::crlf),
    BOM("`pg_dump`, behind a byte order mark", "pg_dump", DumpForm::bom),
    BOM_CRLF("`pg_dump`, both of these", "pg_dump", dump -> bom(crlf(dump))),
    UTF_16("`pg_dump`, in UTF-16 (PowerShell's `>`)", "pg_dump", dump -> utf16(bom(crlf(dump)))),
    DUMPALL("pg_dumpall"),
    DUMPALL_CLEAN("pg_dumpall --clean"),
    DUMPALL_CHOSEN("`pg_dumpall`, and `fromDatabase(name)`", "pg_dumpall"),
    DUMPALL_CLEAN_CHOSEN("`pg_dumpall --clean`, and `fromDatabase(name)`", "pg_dumpall --clean"),
    GLOBALS_ONLY("pg_dumpall --globals-only"),
    CUSTOM("pg_dump -Fc"),
    CUSTOM_PLAIN("pg_dump -Fc --compress=0"),
    CUSTOM_LZ4("pg_dump -Fc --compress=lz4", 16),
    CUSTOM_ZSTD("pg_dump -Fc --compress=zstd", 16),
    CUSTOM_DATA_ONLY("pg_dump -Fc --data-only"),
    CUSTOM_GZIP("`pg_dump -Fc --compress=0`, then gzip", "pg_dump -Fc --compress=0 | gzip"),
    TAR("pg_dump -Ft"),
    ADMINER("as Adminer exports", "cat /tmp/forms-adminer.sql", Sameness.ROWS),
    DBEAVER("as DBeaver exports", "cat /tmp/forms-dbeaver.sql", Sameness.ROWS);

    /** When a restored database is as the one that was dumped. */
    enum Sameness {
        WHOLE(""),
        BUT_OWNERS("(owner|privilege) .*"),
        DEFINITIONS("(row of|owner of large) .*"),
        /** No server has made the dump: its rows tell. */
        ROWS("(?!row of customers \\().*");

        private final Pattern ignored;

        Sameness(String ignored) {
            this.ignored = Pattern.compile(ignored, Pattern.DOTALL);
        }

        /** What has to be the same. */
        List<String> of(List<String> facts) {
            return facts.stream()
                    .filter(fact -> !ignored.matcher(fact).matches())
                    .toList();
        }
    }

    final String label;
    /** The first major version whose pg_dump has the form. */
    final int since;

    final Sameness sameness;
    private final String command;

    /** What happens to the file on its way; a function without state. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final UnaryOperator<byte[]> journey;

    DumpForm(String command) {
        this(command, 13);
    }

    DumpForm(String command, int since) {
        this("`" + command + "`", command, since, Sameness.WHOLE, UnaryOperator.identity());
    }

    DumpForm(String command, Sameness sameness) {
        this("`" + command + "`", command, sameness);
    }

    DumpForm(String label, String command) {
        this(label, command, Sameness.WHOLE);
    }

    DumpForm(String label, String command, Sameness sameness) {
        this(label, command, 13, sameness, UnaryOperator.identity());
    }

    DumpForm(String label, String command, UnaryOperator<byte[]> journey) {
        this(label, command, 13, Sameness.WHOLE, journey);
    }

    DumpForm(String label, String command, int since, Sameness sameness, UnaryOperator<byte[]> journey) {
        this.label = label;
        this.command = command;
        this.since = since;
        this.sameness = sameness;
        this.journey = journey;
    }

    /** Rows without definitions need a database that has these. */
    boolean hasRowsOnly() {
        return this == DATA_ONLY
                || this == DATA_ONLY_NO_TRIGGERS
                || this == DATA_ONLY_INSERTS
                || this == CUSTOM_DATA_ONLY;
    }

    /** Whether one database of several is asked for. */
    boolean isChosen() {
        return this == DUMPALL_CHOSEN || this == DUMPALL_CLEAN_CHOSEN;
    }

    /** Dumps of a database, as they arrive. In one command: those in a container are slow to start. */
    static Map<DumpForm, byte[]> make(PostgresServer server, String database, Collection<DumpForm> forms) {
        String script = forms.stream()
                .map(form -> "echo " + form + " $({ " + form.command + "; } | base64 --wrap=0)")
                .collect(Collectors.joining("\n", "set -eo pipefail; export PGDATABASE=" + database + "\n", ""));
        return server.run("bash", "-c", script)
                .lines()
                .map(line -> line.split(" ", 2))
                .collect(Collectors.toMap(
                        line -> valueOf(line[0]), line -> valueOf(line[0]).arrives(line[1])));
    }

    private byte[] arrives(String encoded) {
        return journey.apply(Base64.getDecoder().decode(encoded));
    }

    private static byte[] crlf(byte[] dump) {
        return new String(dump, StandardCharsets.ISO_8859_1)
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] bom(byte[] dump) {
        return ("\u00EF\u00BB\u00BF" + new String(dump, StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] utf16(byte[] dump) {
        return new String(dump, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE);
    }
}
