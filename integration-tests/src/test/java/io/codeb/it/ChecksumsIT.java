package io.codeb.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.ExportRequest;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.event.RunListener;
import io.codeb.model.BackupId;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tables of a backup hold is compared with what they held in the moment that was dumped. */
class ChecksumsIT {
    private static final BackupRequest REQUEST = BackupRequest.of("shop").withChecksums();

    /** Some 200 MB of dump: long enough to be met in the middle, and quickly made, since it rests compressed. */
    private static final String LARGE = "CREATE TABLE t AS SELECT g, repeat('0123456789abcdef', 2500) AS filler"
            + " FROM generate_series(1, 5000) g";

    /** All kinds of tables, and values whose text depends on settings. */
    private static final String EVERYTHING = """
            CREATE TABLE empty (id integer);
            CREATE TABLE nothing ();
            INSERT INTO nothing DEFAULT VALUES;
            INSERT INTO nothing DEFAULT VALUES;
            CREATE TABLE "Odd ""name"" 표|\\" ("a b" text, "select" text, "r" integer, "%s %I" integer);
            INSERT INTO "Odd ""name"" 표|\\" VALUES (E'x\\ny|\\\\', NULL, 1, 2), ('', 'null', NULL, 3), (NULL, '', 1, 4);
            CREATE TABLE parent (b integer, a text);
            CREATE TABLE child (a text, own integer, b integer);
            ALTER TABLE child INHERIT parent;
            INSERT INTO parent VALUES (1, 'of the parent');
            INSERT INTO child VALUES ('of the child', 7, 2);
            CREATE TABLE part (k integer, v text) PARTITION BY RANGE (k);
            CREATE TABLE part_low (v text, gone integer, k integer);
            ALTER TABLE part_low DROP COLUMN gone;
            ALTER TABLE part ATTACH PARTITION part_low FOR VALUES FROM (0) TO (10);
            CREATE TABLE part_high PARTITION OF part FOR VALUES FROM (10) TO (20);
            INSERT INTO part SELECT g, 'v' || g FROM generate_series(0, 19) g;
            CREATE TABLE made (id integer GENERATED ALWAYS AS IDENTITY, x integer,
                               twice integer GENERATED ALWAYS AS (x * 2) STORED);
            INSERT INTO made (x) SELECT g FROM generate_series(1, 5) g;
            CREATE TABLE kinds (d date, ts timestamp, tz timestamptz, i interval, m money, b bytea, f float8, f4 real,
                                n numeric, c regclass, p regprocedure, j jsonb, r tstzrange, e text[], bits bit(5));
            INSERT INTO kinds VALUES ('2026-02-01', '2026-02-01 03:04:05.123456', '2026-02-01 03:04:05+09',
                '1 mon -2 days', 12345.67, '\\x00ff', 0.1::float8 + 0.2, 1/3.0,
                'NaN', 'kinds', 'lower(text)', '{"b":1,"a":[null]}',
                '[2026-01-01 00:00+00,)', ARRAY['a', NULL, 'NULL', 'x"y'], B'10110');
            INSERT INTO kinds DEFAULT VALUES;
            CREATE UNLOGGED TABLE unlogged AS SELECT 1 AS x;
            CREATE TABLE hidden AS SELECT g AS x FROM generate_series(1, 3) g;
            ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
            ALTER TABLE hidden FORCE ROW LEVEL SECURITY;
            CREATE POLICY few ON hidden USING (x = 1);
            CREATE TABLE twins AS SELECT 1 AS x FROM generate_series(1, 4);
            CREATE EXTENSION pg_trgm;
            ALTER DATABASE app SET search_path = public, pg_temp;
            ALTER DATABASE app SET datestyle = 'German, DMY';
            ALTER DATABASE app SET intervalstyle = 'sql_standard';
            ALTER DATABASE app SET timezone = 'Asia/Seoul';
            ALTER DATABASE app SET bytea_output = 'escape';
            ALTER DATABASE app SET extra_float_digits = 0;
            ALTER DATABASE app SET default_transaction_isolation = 'serializable';
            """;

    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void dropDatabases() {
        for (String name : List.of("app", "copy")) {
            sql("postgres", "DROP DATABASE IF EXISTS " + name);
        }
        assertThat(databases()).containsOnly("postgres");
        Aftermath.noThreadIsLeft();
    }

    private static String sql(String database, String statements) {
        return server.sql(database, statements);
    }

    private static Set<String> databases() {
        return sql("postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate")
                .lines()
                .collect(Collectors.toSet());
    }

    private static String sessions() {
        return sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb-%'");
    }

    private static void create(String statements) {
        sql("postgres", "CREATE DATABASE app");
        sql("app", statements);
    }

    private Path repository() {
        return directory.resolve("repository");
    }

    private CodeB codeb() {
        return codeb(server.project("app"), event -> {});
    }

    private CodeB codeb(Project project, RunListener listener) {
        return CodeB.builder()
                .repository(BackupRepository.at(repository()).uncompressed())
                .project(project)
                .listener(listener)
                .build();
    }

    private static String export(CodeB codeb, BackupId id, EntryKind kind) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        codeb.catalog().export(id, new ExportRequest(kind, "none", out));
        return out.toString(UTF_8);
    }

    /** Exchanges some text of the dump for another one of the same length, and all that would tell. */
    private void tamper(Manifest manifest, String from, String to) throws IOException {
        assertThat(to).hasSameSizeAs(from);
        Path backup = repository().resolve("shop").resolve(manifest.id().value());
        Path dump = backup.resolve("dump.sql");
        byte[] changed = Files.readString(dump).replace(from, to).getBytes(UTF_8);
        assertThat(changed).isNotEqualTo(Files.readAllBytes(dump));
        Files.write(dump, changed);
        ObjectMapper json = new ObjectMapper();
        Path path = backup.resolve("manifest.json");
        ObjectNode root = (ObjectNode) json.readTree(path.toFile());
        ObjectNode entry = (ObjectNode) root.get("entries").get(1);
        assertThat(entry.get("name").textValue()).isEqualTo("dump.sql");
        for (String digest : List.of("rawSha256", "storedSha256")) {
            entry.put(digest, sha256(changed));
        }
        json.writeValue(path.toFile(), root);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static CodeBException failure(CodeB codeb, RestoreRequest request) {
        return catchThrowableOfType(CodeBException.class, () -> codeb.restores().run(request));
    }

    @Test
    void tablesOfAllKindsAreComparedWhateverSettingsADatabaseHas() {
        create(EVERYTHING);
        try (CodeB codeb = codeb()) {
            BackupResult backup = codeb.backups().run(REQUEST);

            assertThat(backup.manifest().checksummed()).isTrue();
            assertThat(codeb.catalog().read(backup.id()).checksummed()).isTrue();
            assertThat(export(codeb, backup.id(), EntryKind.CHECKSUMS).lines())
                    .as("a line that says how, and one for each table that is dumped")
                    .hasSize(1 + backup.manifest().tables().size())
                    .contains("{\"schema\":\"public\",\"name\":\"empty\",\"columns\":[\"id\"],\"rows\":0,\"sum\":\""
                            + "0".repeat(32) + "\"}")
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("{\"schema\":\"public\",\"name\":\"made\",\"columns\":[\"id\",\"x\"],"))
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("{\"schema\":\"public\",\"name\":\"nothing\",\"columns\":[],\"rows\":2,"));
            sql("postgres", "ALTER ROLE owner SET datestyle = 'SQL, MDY'; ALTER ROLE owner SET timezone = 'UTC'");
            try {
                RestoreResult copy =
                        codeb.restores().run(RestoreRequest.of(backup.id()).into("copy"));

                assertThat(copy.checksums())
                        .isEqualTo(backup.manifest().tables().size())
                        .isEqualTo(12);
            } finally {
                sql("postgres", "ALTER ROLE owner RESET ALL");
            }
            BackupResult again = codeb.backups().run(REQUEST);
            assertThat(export(codeb, again.id(), EntryKind.CHECKSUMS))
                    .isEqualTo(export(codeb, backup.id(), EntryKind.CHECKSUMS));
        }
    }

    @Test
    void theOrderOfRowsAndOfColumnsIsNothing() {
        create("CREATE TABLE t AS SELECT g AS a, 'v' || g AS b FROM generate_series(1, 100) g");
        try (CodeB codeb = codeb()) {
            BackupId first = codeb.backups().run(REQUEST).id();
            sql("app", "CREATE TABLE u AS SELECT b, a FROM t ORDER BY md5(b); DROP TABLE t; ALTER TABLE u RENAME TO t");
            BackupId second = codeb.backups().run(REQUEST).id();

            assertThat(export(codeb, second, EntryKind.CHECKSUMS)).isEqualTo(export(codeb, first, EntryKind.CHECKSUMS));
        }
    }

    @Test
    void theDocumentPrintsWhatIsWritten() throws IOException {
        create("CREATE TABLE item (id integer, name text); INSERT INTO item VALUES (2, 'nail'), (1, 'hammer')");
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run(REQUEST).id();

            assertThat(Files.readString(Path.of("..", "docs", "format.md")))
                    .contains("```text\n" + export(codeb, id, EntryKind.CHECKSUMS) + "```\n");
        }
    }

    @Test
    void whatTheSumsAreAnybodyCanReckon() {
        create("CREATE TABLE t AS SELECT 'b' AS b, 7 AS a");
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run(REQUEST).id();

            assertThat(export(codeb, id, EntryKind.CHECKSUMS))
                    .isEqualTo("""
                            {"version":1,"encoding":"UTF8"}
                            {"schema":"public","name":"t","columns":["a","b"],"rows":1,"sum":"%s"}
                            """.formatted(sha256("(7,b)".getBytes(UTF_8)).substring(0, 32)));
        }
    }

    @Test
    void aValueThatWasChangedInTheDumpIsFoundBeforeTheLiveDatabaseChanges() throws IOException {
        create("CREATE TABLE t AS SELECT g AS id, 'value ' || g AS v FROM generate_series(1, 1000) g");
        try (CodeB codeb = codeb()) {
            Manifest manifest = codeb.backups().run(REQUEST).manifest();
            tamper(manifest, "value 500\n", "value 5o0\n");
            String before = server.content("app");
            assertThat(codeb.catalog().verify(manifest.id()).ok()).isTrue();

            CodeBException failure =
                    failure(codeb, RestoreRequest.of(manifest.id()).replacing());

            assertThat(failure.code()).isEqualTo(ErrorCode.RESTORE_DIFFERS);
            assertThat(failure).hasMessageContaining("public.t has 1000 rows that add up to");
            assertThat(failure.hint()).contains("withoutChecksums()");
            assertThat(databases()).containsOnly("postgres", "app");
            assertThat(server.content("app")).isEqualTo(before);

            sql("postgres", "CREATE DATABASE copy");
            RestoreRequest inPlace =
                    RestoreRequest.of(manifest.id()).into("copy").intoExisting();
            assertThat(failure(codeb, inPlace).code()).isEqualTo(ErrorCode.RESTORE_DIFFERS);
            assertThat(sql("copy", "SELECT count(*) FROM pg_class WHERE relname = 't'"))
                    .isEqualTo("0");

            RestoreResult counted = codeb.restores().run(inPlace.withoutChecksums());
            assertThat(counted.checksums()).isZero();
            assertThat(counted.totalRows()).isEqualTo(1000);
        }
    }

    @Test
    void rowsAloneAreComparedInTablesThatHaveGotMoreColumnsSince() throws IOException {
        create("CREATE TABLE t (id integer, v text); INSERT INTO t SELECT g, 'v' || g FROM generate_series(1, 9) g");
        sql("postgres", "CREATE DATABASE copy");
        sql("copy", "CREATE TABLE t (more integer DEFAULT 3, v text, id integer)");
        try (CodeB codeb = codeb()) {
            Manifest manifest = codeb.backups().run(REQUEST.dataOnly()).manifest();
            RestoreRequest request =
                    RestoreRequest.of(manifest.id()).into("copy").intoExisting();

            assertThat(codeb.restores().run(request).checksums()).isEqualTo(1);

            sql("copy", "TRUNCATE t");
            tamper(manifest, "5\tv5\n", "5\tv6\n");
            assertThat(failure(codeb, request).code()).isEqualTo(ErrorCode.RESTORE_DIFFERS);
            assertThat(sql("copy", "SELECT count(*) FROM t")).isEqualTo("0");
        }
    }

    @Test
    void anIndexWhoseFunctionReliesOnThePathIsInNobodysWay() {
        create("""
                CREATE SCHEMA own;
                CREATE FUNCTION own.inner_one(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
                SET search_path = own, public;
                CREATE FUNCTION own.of_path(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT inner_one($1)';
                CREATE TABLE public.relies (x integer, c regclass);
                INSERT INTO public.relies VALUES (1, 'relies');
                CREATE INDEX ON public.relies (own.of_path(x));
                ALTER DATABASE app SET search_path = own, public;
                """);
        try (CodeB codeb = codeb()) {
            BackupResult backup = codeb.backups().run(REQUEST);

            assertThat(backup.notices()).extracting(Notice::id).containsExactly("search-path");
            assertThat(export(codeb, backup.id(), EntryKind.CHECKSUMS))
                    .as("what its own path would call relies is not called so")
                    .contains(sha256("(public.relies,1)".getBytes(UTF_8)).substring(0, 32));
        }
    }

    @Test
    void definitionsAloneAddUpToNothing() {
        create("CREATE TABLE t AS SELECT 1 AS x");
        try (CodeB codeb = codeb()) {
            BackupResult backup = codeb.backups().run(REQUEST.schemaOnly());

            assertThat(backup.manifest().checksummed()).isTrue();
            assertThat(codeb.restores()
                            .run(RestoreRequest.of(backup.id()).into("copy"))
                            .checksums())
                    .isZero();
        }
    }

    @Test
    void onlyWhatIsDumpedIsAddedUp() {
        create("CREATE TABLE t AS SELECT 1 AS x; CREATE TABLE left_out AS SELECT 2 AS x;"
                + "CREATE UNLOGGED TABLE u AS SELECT 3 AS x");
        try (CodeB codeb = codeb()) {
            BackupResult backup =
                    codeb.backups().run(REQUEST.withoutTables("left_out").options("--no-unlogged-table-data"));

            assertThat(export(codeb, backup.id(), EntryKind.CHECKSUMS))
                    .contains("\"t\"")
                    .doesNotContain("left_out", "\"u\"");
        }
    }

    @Test
    void aDatabaseInAnotherEncodingHoldsTheSame() {
        sql("postgres", "CREATE DATABASE app TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
        sql("app", "CREATE TABLE \"größe\" AS SELECT 'ä' || g AS \"wört\" FROM generate_series(1, 9) g");
        sql("postgres", "CREATE DATABASE copy");
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run(REQUEST).id();

            RestoreRequest request = RestoreRequest.of(id).into("copy").intoExisting();
            assertThat(codeb.restores().run(request).checksums()).isEqualTo(1);
        }
    }

    @Test
    void bytesOfNoEncodingAreTakenAsTheyAre() throws SQLException {
        sql("postgres", "CREATE DATABASE app TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
        sql("app", "CREATE TABLE t (v text); INSERT INTO t VALUES (E'\\xe4'), (E'\\xf6')");
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run(REQUEST).id();

            assertThat(codeb.restores().run(RestoreRequest.of(id).into("copy")).checksums())
                    .isEqualTo(1);
        }
    }

    @Test
    void aStandbyIsAddedUpWithoutItsUnloggedTables() {
        create("CREATE TABLE t AS SELECT g FROM generate_series(1, 5) g; CREATE UNLOGGED TABLE u AS SELECT 3 AS x");
        try (HostPostgres standby = server.startStandby();
                CodeB codeb = codeb(standby.project("app"), event -> {})) {
            BackupId id = codeb.backups().run(REQUEST).id();

            assertThat(export(codeb, id, EntryKind.CHECKSUMS)).contains("\"t\"").doesNotContain("\"u\"");
        }
    }

    /** Every transaction leaves the sum of all as it was, so a moment that is none of the database's shows. */
    @Test
    void whoWritesMeanwhileChangesNothingOfTheMoment() throws SQLException, InterruptedException {
        create("CREATE TABLE account AS SELECT g AS id, 100 AS balance, repeat('x', 200) AS filler"
                + " FROM generate_series(1, 30000) g; CREATE UNIQUE INDEX ON account (id)");
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch writing = new CountDownLatch(1);
        AtomicReference<Exception> problem = new AtomicReference<>();
        Thread writer = new Thread(() -> {
            try (Connection connection = server.connect("app");
                    Statement statement = connection.createStatement()) {
                for (int i = 1; !done.get(); i++) {
                    statement.execute("UPDATE account SET balance = balance + CASE WHEN id = " + (i % 30000 + 1)
                            + " THEN 1 ELSE -1 END WHERE id IN (" + (i % 30000 + 1) + ", " + ((i + 1) % 30000 + 1)
                            + ")");
                    writing.countDown();
                }
            } catch (SQLException e) {
                problem.set(e);
                writing.countDown();
            }
        });
        try (CodeB codeb = codeb()) {
            writer.start();
            writing.await();
            BackupId id;
            try {
                id = codeb.backups().run(REQUEST).id();
            } finally {
                done.set(true);
                writer.join();
            }

            assertThat(problem.get()).isNull();
            assertThat(codeb.restores().run(RestoreRequest.of(id).into("copy")).checksums())
                    .isEqualTo(1);
            assertThat(sql("copy", "SELECT sum(balance) FROM account")).isEqualTo("3000000");
        }
    }

    /** Does something once, when the dump moves. */
    private static RunListener onFirstProgress(Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return event -> {
            if (event instanceof Event.Progress && !done.getAndSet(true)) {
                action.run();
            }
        };
    }

    @Test
    void aSessionThatHoldsTheMomentAndIsKilledEndsTheBackup() {
        create(LARGE);
        AtomicReference<String> killed = new AtomicReference<>("");
        RunListener killer = onFirstProgress(() -> killed.set(sql(
                "postgres",
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%codeb_rows%'"
                        + " AND pid <> pg_backend_pid()")));
        try (CodeB codeb = codeb(server.project("app"), killer)) {
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.backups().run(REQUEST));

            assertThat(killed).hasValue("1");
            assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
        }
        Aftermath.repositoryIsEmpty(repository());
        assertThat(sessions()).isEqualTo("0");
    }

    @Test
    void aDumpWithChecksumsGivesWayToAChangeThatWaitsForIt() throws InterruptedException {
        create(LARGE);
        AtomicReference<String> answer = new AtomicReference<>();
        Thread changer = new Thread(() -> answer.set(sql("app", "ALTER TABLE t ADD b int")));
        try (CodeB codeb = codeb(server.project("app").option("blocking", "PT0.2S"), onFirstProgress(changer::start))) {
            BackupResult backup = codeb.backups().run(REQUEST);
            changer.join();

            assertThat(answer).hasValue("");
            assertThat(backup.notices()).extracting(Notice::id).containsExactly("dump-gave-way");
            assertThat(export(codeb, backup.id(), EntryKind.CHECKSUMS))
                    .contains("\"columns\":[\"b\",\"filler\",\"g\"]");
        }
        assertThat(sessions()).isEqualTo("0");
    }

    @Test
    void aTableThatSomebodyHoldsIsWaitedForOnlySoLong() throws SQLException {
        create("CREATE TABLE t AS SELECT 1 AS x");
        Project project = server.project("app").option("lock-wait", "PT0.2S");
        try (CodeB codeb = codeb(project, event -> {});
                Connection other = server.connect("app");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");

            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.backups().run(REQUEST));

            assertThat(failure.code()).isEqualTo(ErrorCode.LOCK_TIMEOUT);
        }
        assertThat(sessions()).isEqualTo("0");
    }

    @Test
    void aListOfChecksumsThatWasCutIsNoReasonToRestoreAnything() throws IOException {
        create("CREATE TABLE t AS SELECT 1 AS x");
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run(REQUEST).id();
            Path list = repository().resolve("shop").resolve(id.value()).resolve("checksums.jsonl");
            byte[] whole = Files.readAllBytes(list);
            Files.write(list, Arrays.copyOf(whole, whole.length - 1));

            assertThat(codeb.catalog().verify(id).ok()).isFalse();
            CodeBException failure = failure(codeb, RestoreRequest.of(id).into("copy"));
            assertThat(failure.code()).isIn(ErrorCode.CORRUPT, ErrorCode.TRUNCATED);
            assertThat(databases()).doesNotContain("copy");
            assertThat(codeb.restores()
                            .run(RestoreRequest.of(id).into("copy").withoutChecksums())
                            .totalRows())
                    .isEqualTo(1);
        }
    }
}
