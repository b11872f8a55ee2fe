package io.codeb.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.model.Notice;
import io.codeb.model.Reach;
import io.codeb.model.RestoreMode;
import io.codeb.model.TableRows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others have dumped comes back whole, or not at all and with a reason. */
class ForeignDumpIT {
    private static final String LIVE = "live";
    private static final String TARGET = "target";

    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        sql("postgres", "CREATE DATABASE " + LIVE);
        sql(
                LIVE,
                "CREATE TABLE customer AS SELECT g AS id, 'customer ' || g AS name FROM generate_series(1, 20) g;"
                        + " CREATE TABLE orders AS SELECT g AS id, g % 20 AS customer FROM generate_series(1, 100) g;"
                        + " CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT"
                        + " lo_from_bytea(0, '\\xcafe')");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeTarget() {
        sql("postgres", "DROP DATABASE IF EXISTS " + TARGET);
    }

    @AfterEach
    void nothingIsLeft() {
        Aftermath.noThreadIsLeft();
        Aftermath.eventually(
                () -> sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb%'"),
                "0");
        assertThat(sql("postgres", "SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE 'codeb%'"))
                .as("databases of runs")
                .isEmpty();
    }

    static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    private static boolean exists(String database) {
        return sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'")
                .equals("1");
    }

    private CodeB codeb(String database) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project(database))
                .build();
    }

    private RestoreRequest request(RestoreRequest dump, RestoreMode mode) {
        if (mode != RestoreMode.NEW) {
            sql("postgres", "CREATE DATABASE " + TARGET);
        }
        if (mode == RestoreMode.REPLACING) {
            sql(TARGET, "CREATE TABLE precious AS SELECT 42 AS answer");
        }
        RestoreRequest request = dump.onProject("shop").into(TARGET);
        return switch (mode) {
            case NEW -> request;
            case EXISTING -> request.intoExisting();
            case REPLACING -> request.replacing(Duration.ZERO);
        };
    }

    private Path file(String name, byte[] content) {
        try {
            return Files.write(directory.resolve(name), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private RestoreResult restore(RestoreMode mode, byte[] dump) {
        try (CodeB codeb = codeb(TARGET)) {
            return codeb.restores().run(request(RestoreRequest.ofFile(file("dump", dump)), mode));
        }
    }

    private RestoreResult restore(RestoreMode mode, String script) {
        return restore(mode, script.getBytes(UTF_8));
    }

    /** The restore fails, and the server is as before. */
    private CodeBException refused(RestoreMode mode, byte[] dump) {
        return refused(mode, RestoreRequest.ofFile(file("dump", dump)));
    }

    private CodeBException refused(RestoreMode mode, RestoreRequest dump) {
        try (CodeB codeb = codeb(TARGET)) {
            RestoreRequest request = request(dump, mode);
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.restores().run(request));
            assertThat(failure).as("the restore fails").isNotNull();
            requireTargetAsBefore(mode);
            return failure;
        }
    }

    private static void requireTargetAsBefore(RestoreMode mode) {
        switch (mode) {
            case NEW -> assertThat(exists(TARGET)).isFalse();
            case EXISTING ->
                assertThat(sql(TARGET, "SELECT count(*) FROM pg_class WHERE oid >= 16384"))
                        .isEqualTo("0");
            case REPLACING ->
                assertThat(sql(TARGET, "SELECT answer FROM precious")).isEqualTo("42");
        }
    }

    private CodeBException refused(RestoreMode mode, String script) {
        return refused(mode, script.getBytes(UTF_8));
    }

    private static byte[] pgDump(String format) {
        return server.runBytes("pg_dump", "--format=" + format, "--dbname=" + LIVE);
    }

    // What is proven is what is committed

    @ParameterizedTest
    @EnumSource(RestoreMode.class)
    void whatAScriptDoesNotCommitIsNotTakenForRestored(RestoreMode mode) {
        for (String begin : List.of("BEGIN;\nCREATE TABLE t (id int);\n", "CREATE TABLE t (id int);\nBEGIN;\n")) {
            String script = begin + "COPY t FROM stdin;\n1\n2\n3\n\\.\n";
            assertThat(refused(mode, script).code()).isEqualTo(ErrorCode.TRUNCATED);
            makeTarget();
        }
    }

    @ParameterizedTest
    @EnumSource(RestoreMode.class)
    void whatAScriptSetsInItsSessionDoesNotDisturbTheProof(RestoreMode mode) {
        sql("postgres", "DROP ROLE IF EXISTS nobody_else; CREATE ROLE nobody_else");
        RestoreResult restored = restore(mode, """
                        CREATE TABLE "größe" (id int);
                        CREATE TABLE hidden (id int);
                        ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
                        ALTER TABLE hidden FORCE ROW LEVEL SECURITY;
                        CREATE SCHEMA evil;
                        CREATE FUNCTION evil.ge(oid, oid) RETURNS bool LANGUAGE sql AS 'SELECT false';
                        CREATE OPERATOR evil.>= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.ge);
                        COPY "größe" FROM stdin;
                        1
                        2
                        \\.
                        COPY hidden FROM stdin;
                        1
                        \\.
                        SET search_path = evil, pg_catalog;
                        SET row_security = on;
                        SET client_encoding = 'LATIN1';
                        SET statement_timeout = '1ms';
                        SET default_transaction_read_only = on;
                        SET SESSION AUTHORIZATION nobody_else;
                        """);
        assertThat(restored.tables())
                .containsExactly(new TableRows("public", "größe", 2), new TableRows("public", "hidden", 1));
    }

    // A restore that made nothing

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- Adminer 5.0.2 PostgreSQL 15.18 dump\n\n-- 2025-03-10 16:12:57 UTC\n",
                "SET client_encoding = 'UTF8';\nSELECT 1;\n",
                "--\n-- PostgreSQL database dump\n--\n\nSET lock_timeout = 0;\n\n--\n-- PostgreSQL"
                        + " database dump complete\n--\n"
            })
    void aScriptThatMakesNothingIsNoDump(String script) {
        for (RestoreMode mode : RestoreMode.values()) {
            CodeBException failure = refused(mode, script);
            assertThat(failure.code()).isEqualTo(ErrorCode.DUMP_UNRECOGNIZED);
            assertThat(failure.hint()).isNotEmpty();
            makeTarget();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE SCHEMA s;",
                "CREATE TYPE e AS ENUM ('a');",
                "CREATE DOMAIN d AS int;",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
                "CREATE EXTENSION pgcrypto;",
                "SELECT pg_catalog.lo_create('7');",
                "CREATE PUBLICATION p;",
                "CREATE VIEW v AS SELECT 1 AS a;",
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;"
            })
    void aScriptThatMakesAnythingIsOne(String script) {
        for (RestoreMode mode : RestoreMode.values()) {
            assertThat(restore(mode, script).totalRows()).isZero();
            makeTarget();
        }
    }

    @Test
    void anEmptyArchiveIsNoDump() {
        sql("postgres", "CREATE DATABASE nothing_in_it");
        byte[] empty = server.runBytes("pg_dump", "--format=custom", "--dbname=nothing_in_it");
        for (RestoreMode mode : RestoreMode.values()) {
            assertThat(refused(mode, empty).code()).isEqualTo(ErrorCode.DUMP_UNRECOGNIZED);
            makeTarget();
        }
    }

    @Test
    void anEmptyBackupReplacesNothingButAnEmptyDatabase() {
        sql("postgres", "CREATE DATABASE " + TARGET);
        BackupId id;
        try (CodeB codeb = codeb(TARGET)) {
            id = codeb.backups().run("shop").id();
            codeb.restores().run(RestoreRequest.of(id).replacing(Duration.ZERO));
            sql(TARGET, "CREATE TABLE precious AS SELECT 42 AS answer");
            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(RestoreRequest.of(id).replacing(Duration.ZERO)));
            assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_NOT_EMPTY);
            requireTargetAsBefore(RestoreMode.REPLACING);
            makeTarget();
            assertThat(codeb.restores().run(RestoreRequest.of(id)).totalRows()).isZero();
        }
    }

    // Archives

    @ParameterizedTest
    @CsvSource({"custom,NEW", "custom,EXISTING", "custom,REPLACING", "tar,NEW", "tar,EXISTING", "tar,REPLACING"})
    void anArchiveIsRestoredAsItsScriptWouldBe(String format, RestoreMode mode) {
        RestoreResult restored = restore(mode, pgDump(format));
        assertThat(restored.tables())
                .containsExactly(new TableRows("public", "customer", 20), new TableRows("public", "orders", 100));
        assertThat(server.content(TARGET)).isEqualTo(server.content(LIVE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"custom", "tar"})
    void anArchiveThatIsCutRestoresNothing(String format) {
        byte[] whole = pgDump(format);
        for (int percent : List.of(30, 50, 70, 80)) {
            byte[] part = Arrays.copyOf(whole, whole.length * percent / 100);
            assertThat(refused(RestoreMode.REPLACING, part).code())
                    .as("cut at %d per cent", percent)
                    .isEqualTo(ErrorCode.TRUNCATED);
            makeTarget();
        }
    }

    @Test
    void anArchiveOfANewerFormNamesTheVersions() {
        byte[] archive = pgDump("custom");
        archive[6] = 99;
        CodeBException failure = refused(RestoreMode.NEW, archive);
        assertThat(failure.code()).isEqualTo(ErrorCode.VERSION_MISMATCH);
        assertThat(failure).hasMessageContaining("1.99").hasMessageContaining("pg_restore (PostgreSQL) 15");
        assertThat(failure.hint()).isNotEmpty();
    }

    @Test
    void anArchiveIsJudgedAsAScriptIs() {
        sql("postgres", "CREATE DATABASE evil");
        sql("evil", "CREATE TABLE t (id int); COMMENT ON TABLE t IS 'x'; INSERT INTO t VALUES (1)");
        byte[] archive = server.runBytes("pg_dump", "--format=custom", "--compress=0", "--dbname=evil");
        byte[] harmless = "COPY public.t (id) FROM stdin".getBytes(UTF_8);
        byte[] harmful = "COPY public.t FROM '/etc/pwd'".getBytes(UTF_8);
        assertThat(harmful).hasSameSizeAs(harmless);
        int at = indexOf(archive, harmless);
        System.arraycopy(harmful, 0, archive, at, harmful.length);
        assertThat(refused(RestoreMode.REPLACING, archive).code()).isEqualTo(ErrorCode.DUMP_UNSAFE);
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new AssertionError("not there: " + new String(wanted, UTF_8));
    }

    // Rows

    @Test
    void rowsOfInsertsAreCountedInTheDatabase() {
        for (RestoreMode mode : RestoreMode.values()) {
            RestoreResult restored = restore(mode, """
                        CREATE TABLE t (a int);
                        INSERT INTO t VALUES (1), (2);
                        CREATE TABLE e (a int);
                        CREATE TABLE p (a int) PARTITION BY LIST (a);
                        CREATE TABLE p1 PARTITION OF p DEFAULT;
                        INSERT INTO p VALUES (1), (2), (3);
                        """);
            assertThat(restored.tables())
                    .containsExactly(
                            new TableRows("public", "e", 0),
                            new TableRows("public", "p1", 3),
                            new TableRows("public", "t", 2));
            assertThat(restored.notices()).extracting(Notice::id).containsExactly("not-compared");
            makeTarget();
        }
    }

    @Test
    void aScriptThatDoesMoreThanCopyIsRestoredAndNotCompared() {
        for (RestoreMode mode : RestoreMode.values()) {
            RestoreResult restored = restore(mode, """
                        CREATE TABLE t (a int);
                        CREATE TABLE staging (a int);
                        COPY staging FROM stdin;
                        1
                        2
                        \\.
                        INSERT INTO t SELECT a FROM staging;
                        COPY t FROM stdin;
                        3
                        \\.
                        DROP TABLE staging;
                        """);
            assertThat(restored.tables()).containsExactly(new TableRows("public", "t", 3));
            assertThat(restored.notices()).extracting(Notice::id).containsExactly("not-compared");
            makeTarget();
        }
    }

    // Rows alone

    private static final String DEFINITIONS = "CREATE TABLE part (a int) PARTITION BY LIST (a); CREATE TABLE part_1"
            + " PARTITION OF part DEFAULT; CREATE TABLE kind (a int PRIMARY KEY, b text); CREATE TABLE item (a int"
            + " PRIMARY KEY, kind int REFERENCES kind); CREATE TABLE other (a int)";

    /** A database with rows, and the target, which has the definitions and a table with rows of its own. */
    private static void makeRows(String source) {
        sql("postgres", "DROP DATABASE IF EXISTS " + source);
        sql("postgres", "CREATE DATABASE " + source);
        sql("postgres", "CREATE DATABASE " + TARGET);
        sql(source, DEFINITIONS + "; SELECT pg_catalog.lo_from_bytea(4242, '\\xcafe')");
        sql(TARGET, DEFINITIONS + "; INSERT INTO other VALUES (1)");
        sql(
                source,
                "INSERT INTO part VALUES (1), (2); INSERT INTO kind VALUES (1, 'k'); INSERT INTO item VALUES (7, 1)");
    }

    private static byte[] rowsOf(String source, String options) {
        return server.runBytes(
                "pg_dump",
                ("--data-only --exclude-table=other --dbname=" + source + " " + options)
                        .strip()
                        .split(" ", -1));
    }

    private RestoreRequest intoTarget(byte[] dump) {
        return RestoreRequest.ofFile(file("dump", dump)).onProject("shop").into(TARGET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--disable-triggers",
                "--inserts",
                "--column-inserts --rows-per-insert=2",
                "--load-via-partition-root",
                "--format=custom",
                "--format=custom --disable-triggers",
                "--format=tar"
            })
    void rowsAloneAreRestoredIntoTheTablesThatAreThere(String options) {
        makeRows("source");
        try (CodeB codeb = codeb(TARGET)) {
            RestoreResult restored =
                    codeb.restores().run(intoTarget(rowsOf("source", options)).intoExisting());

            assertThat(restored.totalRows()).isEqualTo(4);
            assertThat(restored.tables()).extracting(TableRows::name).doesNotContain("other");
            assertThat(sql(TARGET, "SELECT count(*) FROM part_1")).isEqualTo("2");
            assertThat(sql(TARGET, "SELECT b FROM item JOIN kind ON kind = kind.a"))
                    .isEqualTo("k");
            assertThat(sql(TARGET, "SELECT lo_get(4242)")).isEqualTo("\\xcafe");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--inserts", "--load-via-partition-root --inserts", "--format=custom"})
    void rowsAloneAreNotMixedWithThoseThatAreThere(String options) {
        makeRows("source");
        sql(TARGET, "INSERT INTO part VALUES (3)");
        try (CodeB codeb = codeb(TARGET)) {
            RestoreRequest request = intoTarget(rowsOf("source", options)).intoExisting();

            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.restores().run(request));

            assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_NOT_EMPTY);
            assertThat(failure).hasMessageContaining("public.part");
            assertThat(sql(TARGET, "SELECT count(*) FROM part")).isEqualTo("1");
        }
    }

    @Test
    void aPolicyDoesNotMakeATableLookEmpty() {
        makeRows("source");
        sql(
                "postgres",
                "DROP ROLE IF EXISTS filler; CREATE ROLE filler LOGIN PASSWORD $p$" + HostPostgres.PASSWORD + "$p$");
        sql(
                TARGET,
                "INSERT INTO kind VALUES (9, 'hidden'); ALTER TABLE kind OWNER TO filler; ALTER TABLE item OWNER TO"
                        + " filler; ALTER TABLE kind ENABLE ROW LEVEL SECURITY; ALTER TABLE kind FORCE ROW LEVEL"
                        + " SECURITY");
        byte[] rows = rowsOf("source", "--table=kind --table=item");
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project(TARGET).user("filler"))
                .build()) {
            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(intoTarget(rows).intoExisting()));

            assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(failure.hint()).contains("BYPASSRLS");
        }
        sql("postgres", "DROP DATABASE " + TARGET);
        sql("postgres", "DROP ROLE filler");
    }

    @Test
    void allTablesThatRowsAloneLackAreNamed() {
        makeRows("source");
        sql(TARGET, "DROP TABLE item; DROP TABLE kind");
        try (CodeB codeb = codeb(TARGET)) {
            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(intoTarget(rowsOf("source", "")).intoExisting()));

            assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_LACKS);
            assertThat(failure).hasMessageContaining("public.item, public.kind");
            assertThat(failure.hint()).contains("--schema-only");
        }
    }

    @ParameterizedTest
    @CsvSource({"NEW,''", "REPLACING,''", "NEW,--format=custom", "REPLACING,--inserts"})
    void rowsAloneMakeNoDatabase(RestoreMode mode, String options) {
        makeRows("source");
        byte[] rows = rowsOf("source", options);
        makeTarget();

        CodeBException failure = refused(mode, rows);

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(failure.hint()).contains("intoExisting()");
    }

    @Test
    void rowsAloneThatCanBeReadOnceOnlyAreRefusedAndWhyIsSaid() {
        makeRows("source");
        byte[] rows = rowsOf("source", "");
        try (CodeB codeb = codeb(TARGET)) {
            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(RestoreRequest.ofStream("dump", () -> new ByteArrayInputStream(rows))
                            .onProject("shop")
                            .into(TARGET)
                            .intoExisting()));

            assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_NOT_EMPTY);
            assertThat(failure.hint()).contains("from a file");
        }
    }

    /** As in the backup of a database with PostGIS: its table of reference systems is never empty. */
    @Test
    void rowsOfAnExtensionAreNotInTheWayOfRowsAlone() {
        sql("postgres", "CREATE DATABASE " + TARGET);
        sql(TARGET, "CREATE TABLE part (a int)");
        sql(TARGET, "CREATE TABLE reference (a int); INSERT INTO reference VALUES (1)");
        sql(TARGET, "CREATE EXTENSION citext; ALTER EXTENSION citext ADD TABLE reference");

        RestoreResult restored;
        try (CodeB codeb = codeb(TARGET)) {
            restored = codeb.restores()
                    .run(intoTarget("COPY part FROM stdin;\n1\n\\.\nCOPY reference FROM stdin;\n2\n\\.\n"
                                    .getBytes(UTF_8))
                            .intoExisting());
        }

        assertThat(restored.tables())
                .containsExactly(new TableRows("public", "part", 1), new TableRows("public", "reference", 2));
    }

    // Errors

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ALTER TABLE t OWNER TO no_such_role;           | 3 | no_such_role    | mapRole
                    GRANT SELECT ON t TO no_such_role;             | 3 | no_such_role    | withoutPrivileges()
                    CREATE TABLE u (a int) TABLESPACE no_such;     | 3 | no_such         | withoutTablespaces()
                    SET default_tablespace = no_such;              | 3 | no_such         | withoutTablespaces()
                    CREATE EXTENSION no_such;                      | 3 | no_such         | package
                    CREATE COLLATION c (locale = 'xx_YY.utf8');    | 3 | xx_YY.utf8      | locale
                    CREATE TABLE t (a int);                        | 3 | already exists  | new database
                    INSERT INTO no_such VALUES (1);                | 3 | no_such         | ``
                    LOCK TABLES t WRITE~NOWHERE;                  | 4 | syntax error    | pg_dump --file
                    INSERT INTO t~ SELECT 1/0;                     | 4 | division by zero | ``
                    COPY t FROM stdin;~1~x~\\.~                  | 6 | COPY t, line 2  | ``
                    """)
    void anErrorIsToldWithItsLineAndWhatHelps(String statement, int line, String told, String hint) {
        String script = "CREATE TABLE t (a int);\n-- two lines\n" + statement.replace('~', '\n') + "\nSELECT 1;\n";
        for (RestoreMode mode : RestoreMode.values()) {
            // A file would be looked through first, and what is lacking told without a line.
            CodeBException failure = refused(
                    mode, RestoreRequest.ofStream("dump", () -> new ByteArrayInputStream(script.getBytes(UTF_8))));
            assertThat(failure).hasMessageContaining(told).hasMessageContaining("in line " + line + " of the script");
            assertThat(failure.hint()).contains(hint);
            makeTarget();
        }
    }

    /** psql knows of an error no more than the line, and has not read what is on its way to it by many statements. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    INSERT INTO t VALUES (0, 'it fails here') | INSERT INTO t VALUES (0, 'it fails here')
                    COPY t (a) FROM stdin;~8~0~\\.            | COPY t (a) FROM stdin
                    CREATE TABLE t~(~a int)                   | CREATE TABLE t ( a int)
                    ALTER ROLE nobody~PASSWORD 'geheim'       | ALTER ROLE nobody PASSWORD '…'
                    """)
    void anErrorTellsTheHeadOfItsStatement(String statement, String head) {
        StringBuilder script = new StringBuilder("CREATE TABLE t (a int CHECK (a > 0), b text);\n");
        String some = "INSERT INTO t VALUES (1, 'some text');\n";
        script.append(some.repeat(5_000))
                .append(statement.replace('~', '\n'))
                .append(statement.startsWith("COPY") ? "\n" : ";\n");
        int line = (int) script.chars().filter(c -> c == '\n').count();
        script.append(some.repeat(50_000));
        for (RestoreMode mode : RestoreMode.values()) {
            CodeBException failure = refused(
                    mode,
                    RestoreRequest.ofStream(
                                    "dump",
                                    () -> new ByteArrayInputStream(
                                            script.toString().getBytes(UTF_8)))
                            .allowing(Reach.ROLES));
            assertThat(failure)
                    .hasMessageContaining("in line " + line + " of the script: " + head)
                    .hasStackTraceContaining(head);
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).doesNotContain("geheim");
            makeTarget();
        }
    }

    @Test
    void aFunctionThatNeedsASearchPathIsNamedAndTheWayOnIsSaid() {
        sql("postgres", "CREATE DATABASE places");
        sql(
                "places",
                "CREATE EXTENSION cube; CREATE EXTENSION earthdistance; CREATE TABLE place (id int, lat"
                        + " float8, lon float8);"
                        + " INSERT INTO place VALUES (1, 52.5, 13.4); CREATE INDEX place_earth ON place"
                        + " USING gist (ll_to_earth(lat, lon))");
        try (CodeB codeb = codeb("places")) {
            BackupId id = codeb.backups().run("shop").id();
            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(RestoreRequest.of(id).into(TARGET)));
            assertThat(failure).hasMessageContaining("ll_to_earth");
            assertThat(failure.hint()).contains("search_path");
            assertThat(exists(TARGET)).isFalse();
        }
    }

    @Test
    void anIndexWhoseFunctionReliesOnTheSearchPathIsNoObstacleWherePsqlHasThatPath() throws IOException {
        Path script = directory.resolve("places.sql");
        Files.writeString(script, """
                CREATE EXTENSION cube; CREATE EXTENSION earthdistance;
                CREATE TABLE place (id int, lat float8, lon float8);
                INSERT INTO place VALUES (1, 52.5, 13.4), (2, 48.1, 11.6);
                CREATE INDEX place_earth ON place USING gist (ll_to_earth(lat, lon));
                """);
        try (CodeB codeb = codeb("postgres")) {
            RestoreResult restored = codeb.restores()
                    .run(RestoreRequest.ofFile(script).onProject("shop").into("places_by_psql"));
            assertThat(restored.totalRows()).isEqualTo(2);
        }
        sql("postgres", "DROP DATABASE places_by_psql");
    }

    @Test
    void rowsInAnOrderThatForeignKeysRefuseAreToldTheWayOn() {
        sql("postgres", "CREATE DATABASE circle");
        String definitions = "CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int"
                + " REFERENCES a); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b";
        sql(
                "circle",
                definitions + "; INSERT INTO a VALUES (1, NULL); INSERT INTO b VALUES (1, 1); UPDATE a SET b = 1");
        try (CodeB codeb = codeb("circle")) {
            BackupId id =
                    codeb.backups().run(BackupRequest.of("shop").dataOnly()).id();
            sql("postgres", "CREATE DATABASE " + TARGET);
            sql(TARGET, definitions);
            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(RestoreRequest.of(id).into(TARGET).intoExisting()));
            assertThat(failure.hint()).contains("--disable-triggers");
            assertThat(sql(TARGET, "SELECT count(*) FROM a")).isEqualTo("0");

            CodeBException foreign = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(intoTarget(server.runBytes("pg_dump", "--data-only", "--dbname=circle"))
                            .intoExisting()));
            assertThat(foreign.code()).isEqualTo(ErrorCode.SQL_FAILED);
            assertThat(foreign.hint()).contains("--disable-triggers");

            codeb.restores()
                    .run(intoTarget(server.runBytes("pg_dump", "--data-only", "--disable-triggers", "--dbname=circle"))
                            .intoExisting());
            assertThat(sql(TARGET, "SELECT b FROM a")).isEqualTo("1");
        }
    }
}
