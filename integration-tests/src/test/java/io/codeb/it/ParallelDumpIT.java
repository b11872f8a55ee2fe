package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.BackupRef;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.model.TableRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large tables are read in pieces over several connections, in the moment that pg_dump dumps the rest in. */
class ParallelDumpIT {
    private static final BackupRequest REQUEST = BackupRequest.of("shop").parallel();

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
            server.sql("postgres", "DROP DATABASE IF EXISTS " + name);
        }
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb%'"))
                .as("sessions that are left")
                .isEqualTo("0");
        Aftermath.noThreadIsLeft();
    }

    private static void create(String statements) {
        server.sql("postgres", "CREATE DATABASE app");
        server.sql("app", statements);
    }

    /** Every table is large, and a piece is small. */
    private static Project project() {
        return server.project("app")
                .option("bulk-table", "0")
                .option("piece", "1")
                .option("workers", "3");
    }

    private CodeB codeb(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(project)
                .build();
    }

    private static Map<String, Long> rows(List<TableRows> tables) {
        return tables.stream().collect(Collectors.toMap(TableRows::name, TableRows::rows));
    }

    private static List<Entry> pieces(Manifest manifest) {
        return manifest.entries().stream()
                .filter(entry -> entry.kind() == EntryKind.PIECE)
                .toList();
    }

    @Test
    void everythingComesBack() {
        server.sql("postgres", "CREATE DATABASE app");
        server.load("app", "everything.sql");
        server.load("app", "everything-14.sql");
        server.sql(
                "app",
                "CREATE TABLE big AS SELECT g AS id, repeat(md5(g::text), 8) AS v"
                        + " FROM generate_series(1, 20000) g");
        try (CodeB codeb = codeb(project())) {
            BackupResult backup = codeb.backups().run(REQUEST);
            BackupResult one = codeb.backups().run(BackupRequest.of("shop").sql());

            Manifest manifest = backup.manifest();
            assertThat(manifest.engine().mode()).isEqualTo("parallel");
            assertThat(manifest.requires()).containsExactly("pieces");
            assertThat(manifest.tables()).isEqualTo(one.manifest().tables());
            assertThat(one.manifest().engine().mode()).isEqualTo("sql");
            assertThat(pieces(manifest))
                    .filteredOn(piece -> "big".equals(piece.attributes().get("table")))
                    .hasSizeGreaterThan(4)
                    .last()
                    .satisfies(piece -> assertThat(piece.attributes()).doesNotContainKey("end-page"));
            assertThat(codeb.catalog().verify(backup.id()).problems()).isEmpty();
            RestoreResult restored =
                    codeb.restores().run(RestoreRequest.of(backup.id()).into("copy"));
            assertThat(restored.tables()).isEqualTo(manifest.tables());
            assertThat(server.contentInAnyOrder("copy").equals(server.contentInAnyOrder("app")))
                    .as("what came back is what was there")
                    .isTrue();
        }
    }

    @Test
    void whatIsDumpedIsOfOneMomentWhileOthersWrite() throws InterruptedException {
        create("""
                CREATE TABLE account (id integer PRIMARY KEY, balance bigint NOT NULL);
                INSERT INTO account SELECT g, 1000 FROM generate_series(1, 20000) g;
                CREATE TABLE entry (id bigserial, account integer, amount bigint);
                CREATE TABLE total (entries bigint);
                INSERT INTO total VALUES (0);
                """);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<SQLException> failure = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(2);
        List<Thread> writers = List.of(1, 2).stream()
                .map(number -> new Thread(() -> write(stop, begun, failure), "writer-" + number))
                .toList();
        writers.forEach(Thread::start);
        begun.await();
        try (CodeB codeb = codeb(project())) {
            BackupResult backup = codeb.backups().run(REQUEST.withChecksums());
            stop.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(failure).hasNullValue();
            RestoreResult restored =
                    codeb.restores().run(RestoreRequest.of(backup.id()).into("copy"));

            assertThat(restored.checksums()).isEqualTo(3);
            assertThat(server.sql("copy", "SELECT sum(balance) FROM account"))
                    .as("money is moved, and neither made nor lost")
                    .isEqualTo("20000000");
            assertThat(server.sql("copy", "SELECT entries - (SELECT count(*) FROM entry) FROM total"))
                    .as("each transfer is in all three tables, or in none")
                    .isEqualTo("0");
            assertThat(server.sql("copy", "SELECT count(*) FROM entry"))
                    .isEqualTo(rows(backup.manifest().tables()).get("entry").toString())
                    .isNotEqualTo(server.sql("app", "SELECT count(*) FROM entry"));
        }
    }

    /** Moves money between accounts at both ends of the table, and notes it in others. */
    private static void write(AtomicBoolean stop, CountDownLatch begun, AtomicReference<SQLException> failure) {
        try (Connection connection = server.connect("app");
                Statement statement = connection.createStatement()) {
            while (!stop.get()) {
                statement.execute("""
                        DO $$
                        DECLARE a integer := 1 + (random() * 9998)::integer; b integer := 20000 - a;
                        BEGIN
                            UPDATE total SET entries = entries + 1;
                            UPDATE account SET balance = balance - 7 WHERE id = a;
                            UPDATE account SET balance = balance + 7 WHERE id = b;
                            INSERT INTO entry (account, amount) VALUES (a, 7);
                        END $$
                        """);
                begun.countDown();
            }
        } catch (SQLException e) {
            failure.set(e);
            begun.countDown();
            begun.countDown();
        }
    }

    /** Some 20 MB of dump in several pieces. */
    private static final String LARGE = "CREATE TABLE t AS SELECT g, repeat('0123456789abcdef', 125) AS filler"
            + " FROM generate_series(1, 10000) g";

    /** Ends a session of CodeB's that reads a piece. */
    private static final String KILL_READER = "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM"
            + " pg_stat_activity WHERE query LIKE 'COPY (SELECT %' AND state = 'active' LIMIT 1) one";

    /** It alone holds an advisory lock all the while; those that read share its moment, and wait as it does. */
    private static final String KILL_HOLDER = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            + " WHERE application_name LIKE 'codeb-%' AND state = 'idle in transaction'"
            + " AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)";

    private static final long HELD_AFTER = 300_000;

    private static String sql(String statement) {
        return server.sql("postgres", statement);
    }

    /** Backups in which something happens once, while a session writes a piece that nobody reads on. */
    private CodeB codebIn(Project project, Runnable happens) {
        AtomicBoolean done = new AtomicBoolean();
        return CodeB.builder()
                .codec(new HoldingCodec(HELD_AFTER, () -> {
                    if (!done.getAndSet(true)) {
                        happens.run();
                    }
                }))
                .repository(BackupRepository.at(directory.resolve("repository")).codec(HoldingCodec.HELD, Map.of()))
                .project(project)
                .build();
    }

    private static CodeBException failure(CodeB codeb) {
        return catchThrowableOfType(CodeBException.class, () -> codeb.backups().run(REQUEST));
    }

    @Test
    void aPieceWhoseConnectionIsLostIsReadAgainInTheSameMoment() {
        // One piece, much longer than what a connection keeps for who reads it.
        create("CREATE TABLE t AS SELECT g, repeat('0123456789abcdef', 1000) AS filler"
                + " FROM generate_series(1, 3000) g");
        AtomicReference<String> killed = new AtomicReference<>("");
        try (CodeB codeb = codebIn(project().option("piece", "64"), () -> {
            killed.set(server.sql("app", KILL_READER));
            server.sql("app", "INSERT INTO t VALUES (0, 'too late')");
        })) {
            BackupResult backup = codeb.backups().run(REQUEST);

            assertThat(killed).hasValue("1");
            assertThat(backup.notices()).extracting(Notice::id).contains("piece-read-again");
            assertThat(rows(backup.manifest().tables())).containsEntry("t", 3_000L);
            codeb.restores().run(RestoreRequest.of(backup.id()).into("copy"));
            assertThat(server.sql("copy", "SELECT count(*), sum(g) FROM t")).isEqualTo("3000|4501500");
        }
    }

    @Test
    void aSessionThatHoldsTheMomentAndIsKilledEndsTheBackup() {
        create(LARGE);
        AtomicReference<String> killed = new AtomicReference<>("");
        try (CodeB codeb = codebIn(project(), () -> killed.set(server.sql("app", KILL_HOLDER)))) {
            CodeBException failure = failure(codeb);

            assertThat(killed).hasValue("1");
            // Either that session is missed first, or pg_dump, which cannot enter the moment any more.
            assertThat(failure.code()).isIn(ErrorCode.SERVER_UNREACHABLE, ErrorCode.COMMAND_FAILED);
            assertThat(codeb.catalog().list("shop")).isEmpty();
        }
    }

    @Test
    void aChangeOfATableWaitsUntilTheDumpGivesWay() throws InterruptedException {
        create(LARGE);
        AtomicReference<String> answer = new AtomicReference<>();
        Thread changer = new Thread(() -> answer.set(server.sql("app", "ALTER TABLE t ADD b int")));
        CountDownLatch changed = new CountDownLatch(1);
        try (CodeB codeb = codebIn(project().option("blocking", "PT0.2S"), () -> {
            changer.start();
            Aftermath.eventually(
                    () -> sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'ALTER TABLE t%'"
                            + " AND wait_event_type = 'Lock'"),
                    "1");
            changed.countDown();
            Aftermath.eventually(
                    () -> sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'ALTER TABLE t%'"
                            + " AND wait_event_type = 'Lock'"),
                    "0");
        })) {
            BackupResult backup = codeb.backups().run(REQUEST);
            changer.join();

            assertThat(changed.getCount()).isZero();
            assertThat(answer).hasValue("");
            assertThat(backup.notices()).extracting(Notice::id).contains("dump-gave-way");
            codeb.restores().run(RestoreRequest.of(backup.id()).into("copy"));
            assertThat(server.sql("copy", "SELECT count(*), count(b) FROM t")).isEqualTo("10000|0");
        }
    }

    @Test
    void whatIsNoWholeDatabaseIsNotReadInParallel() {
        create(LARGE);
        try (CodeB codeb = codeb(project())) {
            for (BackupRequest request : List.of(REQUEST.dataOnly(), REQUEST.schemaOnly())) {
                assertThat(catchThrowableOfType(CodeBException.class, () -> codeb.backups()
                                        .run(request))
                                .code())
                        .isEqualTo(ErrorCode.CONFIG_INVALID);
            }
        }
    }

    @Test
    void aBackupInPiecesIsRestoredWhereverAScriptIs() {
        create("CREATE SCHEMA s; CREATE TABLE s.t AS SELECT g FROM generate_series(1, 1000) g;"
                + " CREATE TABLE s.other (g integer PRIMARY KEY); INSERT INTO s.other SELECT g FROM s.t;"
                + " ALTER TABLE s.t ADD FOREIGN KEY (g) REFERENCES s.other");
        String sum = "SELECT count(*), sum(g) FROM s.t";
        try (CodeB codeb = codeb(project())) {
            BackupResult backup = codeb.backups().run(REQUEST);
            server.sql("postgres", "CREATE DATABASE copy");
            codeb.restores().run(RestoreRequest.of(backup.id()).into("copy").intoExisting());
            assertThat(server.sql("copy", sum)).isEqualTo("1000|500500");
            server.sql("copy", "DELETE FROM s.t");
            server.sql("app", "DELETE FROM s.t; CREATE TABLE mine ()");

            codeb.restores().run(RestoreRequest.of(backup.id()).emptying());
            assertThat(server.sql("app", sum)).isEqualTo("1000|500500");

            codeb.restores().run(RestoreRequest.of(backup.id()).into("copy").replacing(Duration.ZERO));
            assertThat(server.sql("copy", sum)).isEqualTo("1000|500500");
            BackupResult part = codeb.backups().run(REQUEST.tables("s.t").withoutOwners());
            assertThat(part.manifest().tables()).hasSize(1);
        }
    }

    @Test
    void aBackupInPiecesIsMirroredAndRestoredFromThere() {
        create(LARGE);
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")).mirroredTo("mirror"))
                .repository(BackupRepository.at(directory.resolve("mirror")).named("mirror"))
                .project(project())
                .build()) {
            BackupResult backup = codeb.backups().run(REQUEST);
            BackupRef copy = new BackupRef("mirror", "shop", backup.id());
            codeb.catalog().delete(backup.ref());

            assertThat(backup.notices()).isEmpty();
            assertThat(codeb.catalog().verify(copy).ok()).isTrue();
            codeb.restores().run(RestoreRequest.of(copy).into("copy"));
            assertThat(server.sql("copy", "SELECT count(*), sum(g) FROM t")).isEqualTo("10000|50005000");
        }
    }

    @Test
    void aBackupInPiecesIsExportedAsOneScript() throws IOException {
        create("CREATE TABLE t AS SELECT g, repeat('x', 500) AS v FROM generate_series(1, 5000) g;"
                + " CREATE TABLE other (g integer PRIMARY KEY); INSERT INTO other SELECT g FROM t;"
                + " ALTER TABLE t ADD FOREIGN KEY (g) REFERENCES other; SELECT lo_from_bytea(77, 'large')");
        Path file = directory.resolve("exported.sql");
        BackupResult backup;
        try (CodeB codeb = codeb(project())) {
            backup = codeb.backups().run(REQUEST);
            assertThat(pieces(backup.manifest())).hasSizeGreaterThan(3);
            codeb.catalog().export(backup.id(), file);
        }
        server.sql("postgres", "CREATE DATABASE copy");
        server.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file.toString(), "-d", "copy");
        assertThat(server.contentInAnyOrder("copy").equals(server.contentInAnyOrder("app")))
                .as("what the script makes is what was there")
                .isTrue();

        Path second = directory.resolve("second.sql");
        try (CodeB stranger = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .build()) {
            assertThat(catchThrowableOfType(CodeBException.class, () -> stranger.catalog()
                                    .export(backup.id(), second))
                            .code())
                    .as("there are no programs that make a script")
                    .isEqualTo(ErrorCode.CONFIG_INVALID);
        }
        Path entry = directory
                .resolve("repository/shop")
                .resolve(backup.id().value())
                .resolve(pieces(backup.manifest()).get(1).name());
        byte[] whole = Files.readAllBytes(entry);
        Files.write(entry, Arrays.copyOf(whole, whole.length - 3));
        try (CodeB codeb = codeb(project())) {
            assertThat(catchThrowableOfType(IntegrityException.class, () -> codeb.catalog()
                                    .export(backup.id(), second))
                            .code())
                    .isIn(ErrorCode.DIGEST_MISMATCH, ErrorCode.TRUNCATED);
            assertThat(second).doesNotExist();
        }
    }

    /** Changes a manifest. */
    private void edit(Manifest manifest, Consumer<ArrayNode> entries) throws IOException {
        Path path = directory
                .resolve("repository/shop")
                .resolve(manifest.id().value())
                .resolve("manifest.json");
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = (ObjectNode) json.readTree(path.toFile());
        entries.accept((ArrayNode) root.get("entries"));
        json.writeValue(path.toFile(), root);
    }

    private static int indexOf(ArrayNode entries, String name) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).get("name").textValue().startsWith(name)) {
                return i;
            }
        }
        throw new AssertionError("there is no entry " + name);
    }

    @Test
    void aBackupThatLacksAPieceOrHasAnotherOneChangesNothing() throws IOException {
        create(LARGE + "; CREATE TABLE u AS SELECT * FROM t");
        server.sql("postgres", "CREATE DATABASE copy");
        server.sql("copy", "CREATE TABLE live AS SELECT 1 AS x");
        List<Consumer<ArrayNode>> edits = List.of(
                entries -> entries.remove(indexOf(entries, "data/00001")),
                entries -> entries.remove(indexOf(entries, "data/00002")),
                entries -> entries.remove(entries.size() - 1),
                entries -> ((ObjectNode)
                                entries.get(indexOf(entries, "data/00003")).get("attributes"))
                        .put("table", "u"),
                entries -> ((ObjectNode)
                                entries.get(indexOf(entries, "data/00003")).get("attributes"))
                        .put("first-page", "-1"),
                entries -> ((ObjectNode)
                                entries.get(indexOf(entries, "data/00003")).get("attributes"))
                        .remove("schema"));
        try (CodeB codeb = codeb(project())) {
            for (Consumer<ArrayNode> edit : edits) {
                Manifest manifest = codeb.backups().run(REQUEST).manifest();
                edit(manifest, edit);

                CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                        .run(RestoreRequest.of(manifest.id()).into("copy").replacing()));

                assertThat(failure.code()).isEqualTo(ErrorCode.CORRUPT);
                assertThat(server.sql("copy", "SELECT x FROM live")).isEqualTo("1");
            }
        }
    }

    @Test
    void aPieceThatIsCutOrBelongsElsewhereChangesNothing() throws IOException {
        create(LARGE + "; CREATE TABLE u AS SELECT * FROM t LIMIT 10");
        server.sql("postgres", "CREATE DATABASE copy");
        server.sql("copy", "CREATE TABLE live AS SELECT 1 AS x");
        try (CodeB codeb = codeb(project())) {
            Manifest manifest = codeb.backups().run(REQUEST).manifest();
            Path data = directory
                    .resolve("repository/shop")
                    .resolve(manifest.id().value())
                    .resolve("data");
            List<String> names = pieces(manifest).stream().map(Entry::name).toList();
            Path last = data.resolveSibling(names.get(names.size() - 1));
            byte[] whole = Files.readAllBytes(last);
            RestoreRequest request =
                    RestoreRequest.of(manifest.id()).into("copy").replacing();

            for (byte[] other : List.of(
                    Arrays.copyOf(whole, whole.length - 3), Files.readAllBytes(data.resolveSibling(names.get(0))))) {
                Files.write(last, other);
                assertThat(catchThrowableOfType(IntegrityException.class, () -> codeb.restores()
                                        .run(request))
                                .code())
                        .isIn(ErrorCode.DIGEST_MISMATCH, ErrorCode.TRUNCATED);
                assertThat(codeb.catalog().verify(manifest.id()).ok()).isFalse();
                assertThat(server.sql("copy", "SELECT x FROM live")).isEqualTo("1");
            }
        }
    }
}
