package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CheckReport;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.Run;
import io.codeb.error.CancelledException;
import io.codeb.error.CheckFailedException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.error.LockedException;
import io.codeb.event.Event;
import io.codeb.event.RunListener;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that fails says why, and leaves nothing behind. */
class FailingBackupIT {
    private static final String SMALL = "failing_small";
    private static final String LARGE = "failing_large";

    private static PostgresServer server;

    @TempDir
    Path directory;

    private Path repository;

    /** Whether the container or its service is gone, so that nobody knows what the run has left there. */
    private boolean nobodyCanLook;

    private final List<Event> events = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void makeDatabases() {
        server = PostgresServer.shared(15);
        server.createDatabase(SMALL);
        server.sql(SMALL, "CREATE TABLE t AS SELECT g FROM generate_series(1, 1000) g");
        makeLarge(server);
    }

    /** Some 400 MB of dump: long enough to be caught half-way, and quickly made, since it rests compressed. */
    private static void makeLarge(PostgresServer where) {
        where.createDatabase(LARGE);
        where.sql(
                LARGE,
                "CREATE TABLE t AS SELECT g, repeat('0123456789abcdef', 2500) AS filler FROM"
                        + " generate_series(1, 10000) g");
    }

    @BeforeEach
    void nameRepository() {
        repository = directory.resolve("repository");
    }

    @AfterEach
    void nothingIsLeft() {
        if (nobodyCanLook) {
            assertThat(Aftermath.filesBelow(repository))
                    .as("the record of the run")
                    .allMatch(file -> file.getParent().endsWith("_runs"))
                    .hasSize(1);
        } else {
            Aftermath.repositoryIsEmpty(repository);
        }
        Aftermath.serverIsClean(server);
        Aftermath.noThreadIsLeft();
    }

    private CodeB codeb(Project project, RunListener... listeners) {
        CodeB.Builder builder = CodeB.builder()
                .repository(BackupRepository.at(repository))
                .project(project)
                .listener(events::add);
        for (RunListener listener : listeners) {
            builder.listener(listener);
        }
        return builder.build();
    }

    private CodeBException failure(Project project, RunListener... listeners) {
        return failure(project, BackupRequest.of("shop"), new Cancellation(), listeners);
    }

    private CodeBException failure(
            Project project, BackupRequest request, Cancellation cancellation, RunListener... listeners) {
        try (CodeB codeb = codeb(project, listeners)) {
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.backups().run(request, cancellation));
            assertThat(failure).as("the backup fails").isNotNull();
            assertThat(codeb.catalog().list("shop")).isEmpty();
            return failure;
        } finally {
            assertThat(events).last().isInstanceOfSatisfying(Event.Failed.class, event -> assertThat(event.stage())
                    .isNotEmpty());
        }
    }

    @Test
    void aContainerThatDoesNotExist() {
        CodeBException failure = failure(server.project(SMALL).container("no-such-container"));
        assertThat(failure.code()).isEqualTo(ErrorCode.CONTAINER_NOT_FOUND);
        assertThat(failure).hasMessageContaining("no-such-container");
        assertThat(failure.hint()).isNotEmpty();
    }

    @Test
    void aContainerThatIsStopped() {
        try (PostgresServer stopped = PostgresServer.start("postgres:15")) {
            stopped.container()
                    .getDockerClient()
                    .stopContainerCmd(stopped.container().getContainerId())
                    .exec();
            assertThat(failure(stopped.project(SMALL)).code()).isEqualTo(ErrorCode.CONTAINER_NOT_RUNNING);
        }
    }

    @Test
    void aContainerThatDiesHalfWay() {
        nobodyCanLook = true;
        try (PostgresServer dying = PostgresServer.start("postgres:15")) {
            makeLarge(dying);
            CodeBException failure = failure(dying.project(LARGE), onFirstProgress(() -> dying.container()
                    .getDockerClient()
                    .killContainerCmd(dying.container().getContainerId())
                    .exec()));
            assertThat(failure.code())
                    .isIn(ErrorCode.EXEC_LOST, ErrorCode.CONTAINER_NOT_RUNNING, ErrorCode.COMMAND_FAILED);
        }
    }

    @Test
    void aServerThatCrashesHalfWay() {
        try (PostgresServer dying = PostgresServer.start("postgres:15")) {
            makeLarge(dying);
            CodeBException failure = failure(dying.project(LARGE), onFirstProgress(() -> {
                String backend =
                        dying.sql("postgres", "SELECT max(pid) FROM pg_stat_activity WHERE query LIKE 'COPY %'");
                dying.run("sh", "-c", "kill -9 " + backend);
            }));
            assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
            assertThat(failure.retryable()).isTrue();
        }
    }

    @Test
    void aRuntimeThatIsKilledHalfWay() throws Exception {
        nobodyCanLook = true;
        Path socket = directory.resolve("podman.sock");
        Process daemon = new ProcessBuilder(
                        PostgresServer.environment("CODEB_TEST_PODMAN"),
                        "system",
                        "service",
                        "--time=0",
                        "unix://" + socket)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Aftermath.eventually(() -> Files.exists(socket), true);
            Project project = server.project(LARGE)
                    .runtime(RuntimeConfig.of("podman").withEndpoint(URI.create("unix://" + socket)));
            CodeBException failure = failure(project, onFirstProgress(() -> kill(daemon)));
            assertThat(failure.code()).isIn(ErrorCode.EXEC_LOST, ErrorCode.RUNTIME_UNAVAILABLE);
        } finally {
            kill(daemon);
            daemon.waitFor();
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Test
    void aRuntimeThatIsNotThere() {
        Project project = server.project(SMALL)
                .runtime(RuntimeConfig.of("podman")
                        .withEndpoint(URI.create("unix://" + directory.resolve("none.sock"))));
        CodeBException failure = failure(project);
        assertThat(failure.code()).isEqualTo(ErrorCode.RUNTIME_UNAVAILABLE);
        assertThat(failure.hint()).isNotEmpty();
    }

    @Test
    void aWrongPassword() {
        CodeBException failure = failure(server.project(SMALL).password(Secret.of("canary-wrong")));
        assertThat(failure.code()).isEqualTo(ErrorCode.AUTH_FAILED);
        assertThat(failure.hint()).isNotEmpty();
        assertThat(stackOf(failure)).doesNotContain("canary-wrong");
    }

    private static String stackOf(Throwable failure) {
        java.io.StringWriter text = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    @Test
    void aRoleThatMayNotReadOneTable() {
        server.sql(
                SMALL,
                "CREATE ROLE reader LOGIN PASSWORD 'r'; CREATE TABLE secrets (a int); GRANT SELECT ON t TO reader;");
        try {
            CodeBException failure =
                    failure(server.project(SMALL).user("reader").password(Secret.of("r")));
            assertThat(failure.code()).isEqualTo(ErrorCode.CHECK_FAILED);
            assertThat(failure).hasMessageContaining("secrets");
        } finally {
            server.sql(SMALL, "DROP TABLE secrets; DROP OWNED BY reader; DROP ROLE reader");
        }
    }

    @Test
    void aDatabaseThatDoesNotExist() {
        CodeBException failure = failure(server.project("no_such_database"));
        assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_NOT_FOUND);
        assertThat(failure).hasMessageContaining("no_such_database");
    }

    @Test
    void anImageWithoutPgDump() {
        try (PostgresServer bare = PostgresServer.start("postgres-nodump:15")) {
            CodeBException failure = failure(bare.project("postgres"));
            assertThat(failure.code()).isEqualTo(ErrorCode.TOOL_MISSING);
            assertThat(failure).hasMessageContaining("pg_dump");
        }
    }

    @Test
    void anImageWhosePgDumpIsOlderThanTheServer() {
        try (PostgresServer mixed = PostgresServer.start("postgres-olddump:17")) {
            assertThat(failure(mixed.project("postgres")).code()).isEqualTo(ErrorCode.TOOL_TOO_OLD);
        }
    }

    @Test
    void aPatternThatMatchesNothing() {
        CodeBException failure =
                failure(server.project(SMALL), BackupRequest.of("shop").tables("t", "public.nix*"), new Cancellation());
        assertThat(failure.code()).isEqualTo(ErrorCode.NOTHING_MATCHES);
        assertThat(failure).hasMessageContaining("public.nix*");
    }

    @Test
    void anOptionThatIsNotAllowed() {
        CodeBException failure = failure(
                server.project(SMALL),
                BackupRequest.of("shop").options("--no-owner", "--file=/etc/passwd", "--inserts"),
                new Cancellation());
        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(failure).hasMessageContaining("--file=/etc/passwd").hasMessageContaining("--inserts");
    }

    @Test
    void aTableThatSomebodyHasLocked() throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread holder = new Thread(() -> holdLock(locked, done));
        holder.start();
        try {
            assertThat(locked.await(30, TimeUnit.SECONDS)).isTrue();
            CodeBException failure = failure(
                    server.project(SMALL),
                    BackupRequest.of("shop").options("--lock-wait-timeout=500"),
                    new Cancellation());
            assertThat(failure.code()).isEqualTo(ErrorCode.LOCK_TIMEOUT);
            assertThat(failure.retryable()).isTrue();
        } finally {
            done.countDown();
            holder.join();
        }
    }

    private static void holdLock(CountDownLatch locked, CountDownLatch done) {
        try (var connection = server.connect(SMALL, PostgresServer.USER)) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            }
            locked.countDown();
            done.await();
            connection.rollback();
        } catch (java.sql.SQLException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStorageDirectoryThatIsAFile() throws IOException {
        Path file = directory.resolve("file");
        Files.writeString(file, "not a directory");
        repository = file.resolve("repository");
        CodeBException failure = failureOf(repository, server.project(SMALL));
        assertThat(failure.code()).isIn(ErrorCode.STORAGE_FAILED, ErrorCode.STORAGE_DENIED);
    }

    private CodeBException failureOf(Path where, Project project) {
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(where))
                .project(project)
                .build()) {
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.backups().run("shop"));
            assertThat(failure).isNotNull();
            return failure;
        }
    }

    @Test
    void aStorageThatFillsUp() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), "4m")) {
            // Uncompressed, so that it does not fit.
            repository = disk.path().resolve("repository");
            try (CodeB codeb = CodeB.builder()
                    .repository(BackupRepository.at(repository).uncompressed())
                    .project(server.project(LARGE))
                    .build()) {
                CheckFailedException foreseen = catchThrowableOfType(
                        CheckFailedException.class, () -> codeb.backups().run("shop"));
                assertThat(foreseen).hasMessageContaining("[storage-space]");
                CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.backups()
                        .run(BackupRequest.of("shop").lower("storage-space", Finding.Severity.INFO)));
                assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_FULL);
                assertThat(codeb.catalog().list("shop")).isEmpty();
            }
            Aftermath.repositoryIsEmpty(repository);
        }
    }

    @Test
    void aStorageThatMayNotBeWritten() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), "4m,ro")) {
            repository = disk.path().resolve("repository");
            assertThat(failureOf(repository, server.project(SMALL)).code()).isEqualTo(ErrorCode.STORAGE_DENIED);
        }
    }

    @Test
    void ofTwoAtOnceOneRunsAndTheOtherIsToldSo() {
        CountDownLatch going = new CountDownLatch(1);
        try (CodeB first = codeb(server.project(LARGE), onFirstProgress(going::countDown));
                CodeB second = codeb(server.project(LARGE))) {
            Run<?> running = first.start(BackupRequest.of("shop"));
            assertThat(awaited(going)).isTrue();
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> second.backups().run("shop"));
            assertThat(failure).isInstanceOf(LockedException.class).hasMessageContaining("shop");
            running.result().join();
            assertThat(second.catalog().list("shop")).hasSize(1);
            second.catalog()
                    .delete(second.catalog().latest("shop").orElseThrow().id());
        }
    }

    @Test
    void aCheckProvesWhatABackupStandsOnAndLeavesNothing() {
        try (CodeB codeb = codeb(server.project(SMALL))) {
            CheckReport report = codeb.check();
            report.requireOk();
            assertThat(report.subjects()).hasSize(2).allSatisfy(subject -> assertThat(subject.proven())
                    .isNotEmpty());
        }
    }

    @Test
    void aCheckTellsOfADatabaseThatIsMissing() {
        try (CodeB codeb = codeb(server.project("no_such_database"))) {
            CheckReport report = codeb.check();
            assertThat(report.subjects().get(0).failure()).isEmpty();
            assertThat(report.subjects().get(1).failure().orElseThrow().code()).isEqualTo(ErrorCode.DATABASE_NOT_FOUND);
        }
    }

    @Test
    void cancelledBeforeItBegins() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("changed my mind");
        assertThat(failure(server.project(SMALL), BackupRequest.of("shop"), cancellation))
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("changed my mind");
    }

    @Test
    void cancelledHalfWay() {
        Cancellation cancellation = new Cancellation();
        CodeBException failure = failure(
                server.project(LARGE),
                BackupRequest.of("shop"),
                cancellation,
                onFirstProgress(() -> cancellation.cancel("enough")));
        assertThat(failure).isInstanceOf(CancelledException.class);
    }

    @Test
    void anInterruptedThreadIsToldThatItsBackupWasCancelled() {
        Thread caller = Thread.currentThread();
        CodeBException failure = failure(
                server.project(LARGE),
                BackupRequest.of("shop"),
                new Cancellation(),
                onFirstProgress(caller::interrupt));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(failure).hasMessageContaining("interrupted");
    }

    @Test
    void cancelledWhilePgDumpWaitsForALock() throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread holder = new Thread(() -> holdLock(locked, done));
        holder.start();
        Cancellation cancellation = new Cancellation();
        Thread canceller = new Thread(() -> {
            Aftermath.eventually(
                    () -> server.sql(
                            "postgres",
                            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb%' AND"
                                    + " wait_event_type = 'Lock'"),
                    "1");
            cancellation.cancel("waited long enough");
        });
        try {
            assertThat(locked.await(30, TimeUnit.SECONDS)).isTrue();
            canceller.start();
            assertThat(failure(server.project(SMALL), BackupRequest.of("shop"), cancellation))
                    .isInstanceOf(CancelledException.class);
        } finally {
            done.countDown();
            holder.join();
            canceller.join();
        }
    }

    @Test
    void aRunThatWasCancelledHasEndedWhenItsResultIsThere() {
        CountDownLatch going = new CountDownLatch(1);
        try (CodeB codeb = codeb(server.project(LARGE), onFirstProgress(going::countDown))) {
            Run<BackupResult> running = codeb.start(BackupRequest.of("shop"));
            assertThat(awaited(going)).isTrue();
            running.cancel("changed my mind");
            CancelledException end = catchThrowableOfType(CancelledException.class, running::await);
            assertThat(end).hasMessageContaining("changed my mind");
            // Its lock is released: the next one begins at once.
            assertThat(codeb.backups().run("shop").manifest().entries()).isNotEmpty();
            codeb.catalog().delete(codeb.catalog().latest("shop").orElseThrow().id());
        }
    }

    @Test
    void closingEndsWhatRuns() {
        CountDownLatch going = new CountDownLatch(1);
        Run<BackupResult> running;
        try (CodeB codeb = codeb(server.project(LARGE), onFirstProgress(going::countDown))) {
            running = codeb.start(BackupRequest.of("shop"));
            assertThat(awaited(going)).isTrue();
        }
        assertThat(running.result()).isCompletedExceptionally();
        assertThat(catchThrowableOfType(CancelledException.class, running::await))
                .hasMessageContaining("closed");
    }

    @Test
    void closingEndsWhatRunsOnTheThreadOfACaller() throws InterruptedException {
        CountDownLatch going = new CountDownLatch(1);
        AtomicReference<CodeBException> end = new AtomicReference<>();
        CodeB codeb = codeb(server.project(LARGE), onFirstProgress(going::countDown));
        Thread caller = new Thread(() -> end.set(
                catchThrowableOfType(CodeBException.class, () -> codeb.backups().run("shop"))));
        caller.start();
        assertThat(awaited(going)).isTrue();
        codeb.close();
        caller.join();
        assertThat(end.get()).isInstanceOf(CancelledException.class);
        assertThat(events).last().isInstanceOf(Event.Failed.class);
    }

    @Test
    void aDumpThatGoesSilentIsGivenUp() throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread holder = new Thread(() -> holdLock(locked, done));
        holder.start();
        try {
            assertThat(locked.await(30, TimeUnit.SECONDS)).isTrue();
            CodeBException failure = failure(server.project(SMALL).idleLimit(Duration.ofSeconds(1)));
            assertThat(failure.code()).isEqualTo(ErrorCode.EXEC_IDLE);
        } finally {
            done.countDown();
            holder.join();
        }
    }

    private static RunListener onFirstProgress(Runnable action) {
        java.util.concurrent.atomic.AtomicBoolean done = new java.util.concurrent.atomic.AtomicBoolean();
        return event -> {
            if (event instanceof Event.Progress progress
                    && progress.bytes() > 4_000_000
                    && done.compareAndSet(false, true)) {
                action.run();
            }
        };
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
