package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.event.RunListener;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A restore that fails says why, and leaves the server as it was. */
class FailingRestoreIT {
    private static final String SOURCE = "restore_source";
    private static final String LARGE = "restore_large";

    private static PostgresServer server;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeDatabases() {
        server = PostgresServer.shared(15);
        server.createDatabase(SOURCE);
        server.sql(
                SOURCE,
                "CREATE TABLE t (a int PRIMARY KEY, b text); INSERT INTO t SELECT g, 'row ' || g FROM"
                        + " generate_series(1, 1000) g;"
                        + " CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT"
                        + " lo_from_bytea(0, '\\xcafe')");
        server.createDatabase(LARGE);
        server.sql(
                LARGE,
                "CREATE TABLE t AS SELECT g, repeat('0123456789abcdef', 2500) AS filler FROM"
                        + " generate_series(1, 5000) g");
    }

    @AfterEach
    void nothingIsLeft() {
        Aftermath.serverIsClean(server);
        Aftermath.noThreadIsLeft();
    }

    private CodeB codeb(Project project, RunListener... listeners) {
        CodeB.Builder builder = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(project);
        for (RunListener listener : listeners) {
            builder.listener(listener);
        }
        return builder.build();
    }

    private static CodeBException failure(CodeB codeb, RestoreRequest request) {
        return failure(codeb, request, new Cancellation());
    }

    private static CodeBException failure(CodeB codeb, RestoreRequest request, Cancellation cancellation) {
        CodeBException failure = catchThrowableOfType(
                CodeBException.class, () -> codeb.restores().run(request, cancellation));
        assertThat(failure).as("the restore fails").isNotNull();
        return failure;
    }

    private static boolean exists(String database) {
        return server.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'")
                .equals("1");
    }

    // Targets

    @Test
    void aDatabaseThatExistsIsNotTouched() {
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            BackupId id = codeb.backups().run("shop").id();
            assertThat(failure(codeb, RestoreRequest.of(id)).code()).isEqualTo(ErrorCode.DATABASE_EXISTS);
            assertThat(server.sql(SOURCE, "SELECT count(*) FROM t")).isEqualTo("1000");
        }
    }

    @Test
    void aDatabaseThatIsNotEmptyIsNotTouched() {
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            BackupId id = codeb.backups().run("shop").id();
            CodeBException failure = failure(codeb, RestoreRequest.of(id).intoExisting());
            assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_NOT_EMPTY);
            BackupId rows =
                    codeb.backups().run(BackupRequest.of("shop").dataOnly()).id();
            assertThat(failure(codeb, RestoreRequest.of(rows).intoExisting()).code())
                    .isEqualTo(ErrorCode.DATABASE_NOT_EMPTY);
            assertThat(server.sql(SOURCE, "SELECT count(*) FROM t")).isEqualTo("1000");
        }
    }

    @Test
    void aDatabaseThatDoesNotExistCannotBeFilled() {
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            BackupId id = codeb.backups().run("shop").id();
            assertThat(failure(codeb, RestoreRequest.of(id).into("nowhere").intoExisting())
                            .code())
                    .isEqualTo(ErrorCode.DATABASE_NOT_FOUND);
        }
    }

    @Test
    void theServersOwnDatabasesAreNotReplaced() {
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            BackupId id = codeb.backups().run("shop").id();
            assertThat(failure(codeb, RestoreRequest.of(id).into("postgres").replacing(Duration.ZERO))
                            .code())
                    .isEqualTo(ErrorCode.CONFIG_INVALID);
        }
    }

    @Test
    void aNameThatTheServerWouldCutIsRefused() {
        String name = "ö".repeat(32);
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            BackupId id = codeb.backups().run("shop").id();
            CodeBException failure = failure(codeb, RestoreRequest.of(id).into(name));
            assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
            assertThat(failure).hasMessageContaining("has 64");
        }
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'ö%'"))
                .isEqualTo("0");
    }

    @Test
    void rowsAloneCannotMakeADatabase() {
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            BackupId id =
                    codeb.backups().run(BackupRequest.of("shop").dataOnly()).id();
            assertThat(failure(codeb, RestoreRequest.of(id).into("rows_only")).code())
                    .isEqualTo(ErrorCode.CONFIG_INVALID);
            assertThat(exists("rows_only")).isFalse();
        }
    }

    @Test
    void aBackupOfANewerServerIsRefused() {
        PostgresServer newer = PostgresServer.shared(17);
        newer.createDatabase("newer");
        Project old = Project.postgresql("old")
                .container(server.container().getContainerId())
                .runtime(PostgresServer.runtime())
                .user(PostgresServer.USER)
                .password(Secret.of(PostgresServer.PASSWORD));
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(newer.project("newer"))
                .project(old)
                .build()) {
            BackupId id = codeb.backups().run("shop").id();
            assertThat(failure(codeb, RestoreRequest.of(id).onProject("old")).code())
                    .isEqualTo(ErrorCode.VERSION_MISMATCH);
            assertThat(exists("old")).isFalse();
        }
    }

    @Test
    void aRoleThatMayNotCreateDatabasesIsToldWhatItCanDo() {
        server.sql("postgres", "CREATE ROLE humble LOGIN PASSWORD 'h'");
        Project humble = server.project(SOURCE).user("humble").password(Secret.of("h"));
        BackupId id;
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            id = codeb.backups().run("shop").id();
        }
        try (CodeB codeb = codeb(humble)) {
            CodeBException failure = failure(codeb, RestoreRequest.of(id).into("humble_copy"));
            assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(failure.hint()).contains("intoExisting()");
        } finally {
            server.sql("postgres", "DROP ROLE humble");
        }
    }

    @Test
    void aReplacedDatabaseIsTheOldOneUntilTheNewOneIsWhole() {
        server.createDatabase("replaced");
        server.sql("replaced", "CREATE TABLE precious AS SELECT 42 AS answer");
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            BackupId id = codeb.backups().run("shop").id();
            flipLastByte(onlyEntry(id));
            CodeBException failure =
                    failure(codeb, RestoreRequest.of(id).into("replaced").replacing(Duration.ZERO));
            assertThat(failure.code()).isIn(ErrorCode.DIGEST_MISMATCH, ErrorCode.CORRUPT, ErrorCode.TRUNCATED);
            assertThat(server.sql("replaced", "SELECT answer FROM precious")).isEqualTo("42");
        }
    }

    @Test
    void aDatabaseInUseIsReplacedAllTheSame() throws Exception {
        server.createDatabase("in_use");
        try (var connection = server.connect("in_use", PostgresServer.USER);
                CodeB codeb = codeb(server.project(SOURCE))) {
            assertThat(connection.isValid(5)).isTrue();
            BackupId id = codeb.backups().run("shop").id();
            codeb.restores().run(RestoreRequest.of(id).into("in_use").replacing(Duration.ZERO));
            assertThat(server.sql("in_use", "SELECT count(*) FROM t")).isEqualTo("1000");
        }
    }

    @Test
    void rowsThatATriggerChangesOnTheWayInAreNotTakenForTheBackup() {
        server.createDatabase("meddled");
        server.sql(
                "meddled",
                "CREATE TABLE t (a int PRIMARY KEY, b text);"
                        + " CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.a"
                        + " > 500 THEN RETURN NULL; END IF; RETURN NEW; END';"
                        + " CREATE TRIGGER m BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION meddle()");
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            BackupId id = codeb.backups()
                    .run(BackupRequest.of("shop").dataOnly().options("--no-blobs"))
                    .id();
            CodeBException failure =
                    failure(codeb, RestoreRequest.of(id).into("meddled").intoExisting());
            assertThat(failure.code()).isEqualTo(ErrorCode.RESTORE_DIFFERS);
            assertThat(failure).hasMessageContaining("public.t has 500 rows instead of 1000");
            assertThat(server.sql("meddled", "SELECT count(*) FROM t")).isEqualTo("0");
        }
    }

    // Damage

    private Path onlyEntry(BackupId id) {
        return directory.resolve("repository/shop/" + id + "/dump.sql.zst");
    }

    private static void flipLastByte(Path file) {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(access.length() - 1);
            int last = access.read();
            access.seek(access.length() - 1);
            access.write(last ^ 1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"NEW", "EXISTING"})
    void aDamagedEntryRestoresNothing(String mode) throws IOException {
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            BackupId id = codeb.backups().run("shop").id();
            Path entry = onlyEntry(id);
            byte[] whole = Files.readAllBytes(entry);
            String target = "damaged_" + mode.toLowerCase(java.util.Locale.ROOT);
            RestoreRequest request = RestoreRequest.of(id).into(target);
            if (mode.equals("EXISTING")) {
                server.createDatabase(target);
                request = request.intoExisting();
            }
            for (int length : List.of(0, 3, whole.length / 2, whole.length - 1)) {
                Files.write(entry, Arrays.copyOf(whole, length));
                assertThat(failure(codeb, request).code()).isIn(ErrorCode.TRUNCATED, ErrorCode.CORRUPT);
            }
            byte[] flipped = whole.clone();
            flipped[whole.length / 2] ^= 0x10;
            Files.write(entry, flipped);
            assertThat(failure(codeb, request).code())
                    .isIn(ErrorCode.CORRUPT, ErrorCode.DIGEST_MISMATCH, ErrorCode.TRUNCATED);
            Files.delete(entry);
            assertThat(failure(codeb, request).code()).isEqualTo(ErrorCode.CORRUPT);
            if (mode.equals("EXISTING")) {
                assertThat(server.sql(target, "SELECT count(*) FROM pg_class WHERE relname = 't'"))
                        .isEqualTo("0");
            } else {
                assertThat(exists(target)).isFalse();
            }
            Files.write(entry, whole);
            assertThat(codeb.restores().run(request).totalRows()).isEqualTo(1000);
        }
    }

    // Foreign dumps

    private CodeBException foreign(String name, byte[] content) throws IOException {
        Path file = directory.resolve(name);
        Files.write(file, content);
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            CodeBException failure =
                    failure(codeb, RestoreRequest.ofFile(file).onProject("shop").into("foreign"));
            assertThat(exists("foreign")).isFalse();
            return failure;
        }
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    @Test
    void whatIsNoDumpIsRefusedBeforeAnythingIsTouched() throws IOException {
        byte[] rubbish = new byte[100_000];
        new java.util.Random(42).nextBytes(rubbish);
        Map<String, byte[]> files = Map.of(
                "empty.sql", new byte[0],
                "blank.sql", PostgresServer.utf8(" \n\t\n"),
                "page.sql", PostgresServer.utf8("<!DOCTYPE html><html><body>404</body></html>"),
                "rubbish.sql", rubbish,
                "rubbish.sql.gz", gzip(rubbish),
                "empty.sql.gz", gzip(new byte[0]),
                "page.sql.gz", gzip(PostgresServer.utf8("<html>not found</html>")),
                "utf16.sql", "SELECT 1;".getBytes(StandardCharsets.UTF_16));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            CodeBException failure = foreign(file.getKey(), file.getValue());
            assertThat(failure.code()).as(file.getKey()).isEqualTo(ErrorCode.DUMP_UNRECOGNIZED);
            assertThat(failure.hint()).isNotEmpty();
        }
    }

    @Test
    void aFileThatIsNotThereSaysSo() {
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            CodeBException failure = failure(
                    codeb,
                    RestoreRequest.ofFile(directory.resolve("none.sql"))
                            .onProject("shop")
                            .into("foreign"));
            assertThat(failure.code()).isEqualTo(ErrorCode.OBJECT_NOT_FOUND);
            assertThat(failure).hasMessageContaining("none.sql");
        }
    }

    @Test
    void aForeignDumpNeedsAProject() throws IOException {
        Path file = Files.writeString(directory.resolve("some.sql"), "SELECT 1;");
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            assertThat(failure(codeb, RestoreRequest.ofFile(file)).code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        }
    }

    private static byte[] pgDump(String... options) {
        String[] command = new String[options.length + 4];
        command[0] = "pg_dump";
        command[1] = "--file=/tmp/foreign";
        command[2] = "--dbname=" + SOURCE;
        command[3] = "--no-password";
        System.arraycopy(options, 0, command, 4, options.length);
        server.run(command);
        return server.container().copyFileFromContainer("/tmp/foreign", java.io.InputStream::readAllBytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "custom"})
    void aForeignDumpCutAnywhereRestoresNothing(String format) throws IOException {
        byte[] whole = pgDump("--format=" + format);
        for (int length : List.of(whole.length / 10, whole.length / 3, whole.length / 2, whole.length - 150)) {
            CodeBException failure = foreign("cut", Arrays.copyOf(whole, length));
            assertThat(failure.code())
                    .as("cut at %d of %d", length, whole.length)
                    .isIn(ErrorCode.TRUNCATED, ErrorCode.COMMAND_FAILED);
        }
        byte[] compressed = gzip(whole);
        CodeBException failure = foreign("cut.gz", Arrays.copyOf(compressed, compressed.length / 2));
        assertThat(failure.code()).isIn(ErrorCode.TRUNCATED, ErrorCode.CORRUPT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "custom"})
    void aForeignDumpOfEitherFormRestoresWhateverItIsCalled(String format) throws IOException {
        byte[] dump = pgDump("--format=" + format);
        Path file = directory.resolve("image.png");
        for (byte[] content : List.of(dump, gzip(dump))) {
            Files.write(file, content);
            try (CodeB codeb = codeb(server.project(SOURCE))) {
                RestoreResult restored = codeb.restores()
                        .run(RestoreRequest.ofFile(file)
                                .onProject("shop")
                                .into("foreign_whole")
                                .replacing(Duration.ZERO));
                assertThat(restored.totalRows()).isEqualTo(1000);
                assertThat(server.content("foreign_whole")).isEqualTo(server.content(SOURCE));
            }
        }
        server.sql("postgres", "DROP DATABASE foreign_whole");
        server.createDatabase("foreign_filled");
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            codeb.restores()
                    .run(RestoreRequest.ofFile(file)
                            .onProject("shop")
                            .into("foreign_filled")
                            .intoExisting());
            assertThat(server.content("foreign_filled")).isEqualTo(server.content(SOURCE));
        }
        server.sql("postgres", "DROP DATABASE foreign_filled");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\! touch /tmp/owned\n",
                "SELECT 1; \\! touch /tmp/owned\n",
                "\\o |touch /tmp/owned\nSELECT 1;\n",
                "\\copy t FROM PROGRAM 'touch /tmp/owned'\n",
                "COPY t FROM PROGRAM 'touch /tmp/owned';\n",
                "SELECT 'x' \\g |touch /tmp/owned\n",
                "\\connect postgres\nCREATE TABLE elsewhere (a int);\n"
            })
    void aForeignScriptCannotReachBeyondItsDatabase(String script) throws IOException {
        CodeBException failure = foreign("evil.sql", PostgresServer.utf8("CREATE TABLE t (a int);\n" + script));
        assertThat(failure.code()).isEqualTo(ErrorCode.DUMP_UNSAFE);
        assertThat(server.run("sh", "-c", "ls /tmp")).doesNotContain("owned");
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_class WHERE relname = 'elsewhere'"))
                .isEqualTo("0");
    }

    @Test
    void restrictLinesOfNewerMinorsDoNotBreakOlderClients() throws IOException {
        byte[] script = PostgresServer.utf8(
                "\\restrict abcdef\nCREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\n2\n\\.\n\\unrestrict abcdef\n");
        Path file = directory.resolve("restricted.sql");
        Files.write(file, script);
        try (CodeB codeb = codeb(server.project(SOURCE))) {
            RestoreResult restored = codeb.restores()
                    .run(RestoreRequest.ofFile(file).onProject("shop").into("restricted"));
            assertThat(restored.totalRows()).isEqualTo(2);
            server.sql("postgres", "DROP DATABASE restricted");
        }
    }

    @Test
    void anErrorInTheScriptStopsItAndIsTold() throws IOException {
        CodeBException failure = foreign(
                "broken.sql", PostgresServer.utf8("CREATE TABLE t (a int);\nINSERT INTO no_such VALUES (1);\n"));
        assertThat(failure.code()).isEqualTo(ErrorCode.SQL_FAILED);
        assertThat(failure).hasMessageContaining("no_such");
    }

    // On the way

    @Test
    void cancelledHalfWayTheServerIsAsBefore() {
        Cancellation cancellation = new Cancellation();
        BackupId id;
        try (CodeB codeb = codeb(server.project(LARGE))) {
            id = codeb.backups().run("shop").id();
        }
        try (CodeB codeb = codeb(server.project(LARGE), event -> {
            if (event instanceof Event.Progress progress && progress.bytes() > 20_000_000) {
                cancellation.cancel("enough");
            }
        })) {
            CodeBException failure = failure(codeb, RestoreRequest.of(id).into("cancelled"), cancellation);
            assertThat(failure).isInstanceOf(CancelledException.class);
            assertThat(exists("cancelled")).isFalse();
        }
    }

    @Test
    void anInterruptedThreadLeavesTheServerAsItWas() {
        BackupId id;
        try (CodeB codeb = codeb(server.project(LARGE))) {
            id = codeb.backups().run("shop").id();
        }
        Thread caller = Thread.currentThread();
        try (CodeB codeb = codeb(server.project(LARGE), event -> {
            if (event instanceof Event.Progress) {
                caller.interrupt();
            }
        })) {
            CodeBException failure = failure(codeb, RestoreRequest.of(id).into("interrupted"));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED);
            assertThat(exists("interrupted")).isFalse();
        }
    }

    @Test
    void closingEndsARestoreOnTheThreadOfACaller() throws InterruptedException {
        BackupId id;
        try (CodeB codeb = codeb(server.project(LARGE))) {
            id = codeb.backups().run("shop").id();
        }
        CountDownLatch going = new CountDownLatch(1);
        List<Event> heard = new CopyOnWriteArrayList<>();
        CodeB codeb = codeb(server.project(LARGE), event -> {
            heard.add(event);
            if (event instanceof Event.Progress progress && progress.bytes() > 20_000_000) {
                going.countDown();
            }
        });
        CompletableFuture<CodeBException> end = CompletableFuture.supplyAsync(
                () -> failure(codeb, RestoreRequest.of(id).into("closed")));
        assertThat(going.await(1, TimeUnit.MINUTES)).isTrue();

        codeb.close();

        assertThat(server.sql("postgres", "SELECT datname FROM pg_database WHERE datname ~ '^(codeb_|closed)'"))
                .isEmpty();
        assertThat(heard).last().isInstanceOf(Event.Failed.class);
        assertThat(end.join()).isInstanceOf(CancelledException.class).hasMessageContaining("closed");
    }

    /** It is back before anybody has cleaned up. How long it is waited for, a unit test says. */
    @Test
    void aServerThatCrashesHalfWayIsToldAndIsCleanWhenItIsBack() {
        BackupId id;
        try (CodeB codeb = codeb(server.project(LARGE))) {
            id = codeb.backups().run("shop").id();
        }
        AtomicBoolean crashed = new AtomicBoolean();
        try (PostgresServer dying = PostgresServer.start("postgres:15");
                CodeB codeb = codeb(dying.project("restored"), event -> {
                    if (event instanceof Event.Progress progress
                            && progress.bytes() > 20_000_000
                            && crashed.compareAndSet(false, true)) {
                        dying.crash();
                    }
                })) {
            CodeBException failure = failure(codeb, RestoreRequest.of(id));
            assertThat(crashed).isTrue();
            assertThat(failure.code())
                    .isIn(ErrorCode.EXEC_LOST, ErrorCode.CONTAINER_NOT_RUNNING, ErrorCode.COMMAND_FAILED);
            Aftermath.serverIsClean(dying);
            assertThat(dying.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'restored'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void aDiskOfTheServerThatFillsUpIsTold() {
        BackupId id;
        try (CodeB codeb = codeb(server.project(LARGE))) {
            server.sql(LARGE, "ALTER TABLE t ALTER filler SET STORAGE EXTERNAL");
            id = codeb.backups().run("shop").id();
        }
        try (PostgresServer tiny = PostgresServer.startWithDisk("150m");
                CodeB codeb = codeb(tiny.project("restored"))) {
            CodeBException failure = failure(codeb, RestoreRequest.of(id));
            // A server whose own bookkeeping meets the full disk crashes and comes back.
            assertThat(failure.code()).isIn(ErrorCode.TARGET_FULL, ErrorCode.SERVER_UNREACHABLE);
            assertThat(tiny.sql(
                            "postgres",
                            "SELECT count(*) FROM pg_database WHERE datname IN ('restored') OR datname LIKE 'codeb%'"))
                    .isEqualTo("0");
        }
    }
}
