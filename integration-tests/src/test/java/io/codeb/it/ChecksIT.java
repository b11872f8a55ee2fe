package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.PreflightReport;
import io.codeb.Project;
import io.codeb.error.CheckFailedException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.error.Finding.Severity;
import io.codeb.event.Event;
import io.codeb.event.RunListener;
import io.codeb.model.Notice;
import io.codeb.model.Secret;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the way of a backup on a real server. */
class ChecksIT {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final Path SHOP = Path.of("../dev/data/shop.sql");

    private static HostPostgres server;

    @TempDir
    Path directory;

    private final String database = "checks_" + DATABASES.incrementAndGet();

    @BeforeAll
    static void startServer() {
        server = HostPostgres.startWithSettings("-c max_prepared_transactions=5");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private Project database(String sql) {
        server.run("createdb", "--maintenance-db=postgres", database);
        server.sql(database, sql);
        return server.project(database);
    }

    private CodeB codeb(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")).uncompressed())
                .project(project)
                .build();
    }

    private static List<Finding> of(PreflightReport report, String id) {
        return report.findings().stream()
                .filter(finding -> finding.id().equals(id))
                .toList();
    }

    private static PreflightReport check(CodeB codeb) {
        return codeb.check(BackupRequest.of("shop"));
    }

    /** Time is what makes some findings. */
    private static Finding awaited(CodeB codeb, String id) {
        Aftermath.eventually(() -> of(check(codeb), id).size(), 1);
        return of(check(codeb), id).get(0);
    }

    @Test
    void nothingStandsInTheWayOfAUserWithAllItTakes() {
        Project project = database("CREATE TABLE t AS SELECT 1 AS a; SELECT lo_create(0)");
        try (CodeB codeb = codeb(project)) {
            assertThat(check(codeb).at(Severity.ERROR)).isEmpty();
            assertThat(check(codeb).at(Severity.WARNING)).isEmpty();
            assertThat(codeb.backups().run("shop").notices()).isEmpty();
        }
    }

    private static final String UNREADABLE = """
            CREATE ROLE %1$s LOGIN PASSWORD 'x';
            CREATE TABLE seen (a int);
            GRANT SELECT ON seen TO %1$s;
            CREATE TABLE secrets (a int);
            CREATE TABLE "odd ""name" (a int);
            CREATE TABLE counted (id serial);
            GRANT SELECT ON counted TO %1$s;
            CREATE SEQUENCE alone;
            CREATE SCHEMA closed;
            CREATE TABLE closed.t (a int);
            GRANT SELECT ON closed.t TO %1$s;
            CREATE SCHEMA harmless;
            CREATE FUNCTION harmless.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE VIEW harmless.v AS SELECT a FROM secrets;
            SELECT lo_create(70001);
            SELECT lo_create(70002);
            GRANT SELECT ON LARGE OBJECT 70002 TO %1$s;
            """;

    @Test
    void privilegesThatAreMissingAreNamedOneByOneWithWhatMendsEach() {
        String role = "reader_1";
        Project project = database(UNREADABLE.formatted(role)).user(role).password(Secret.of("x"));
        try (CodeB codeb = codeb(project)) {
            List<Finding> missing = of(check(codeb), "missing-privilege");

            assertThat(missing)
                    .extracting(finding -> finding.whatToDo().split(", or ", 2)[0])
                    .containsExactlyInAnyOrder(
                            "GRANT SELECT ON TABLE \"public\".\"secrets\" TO \"reader_1\"",
                            "GRANT SELECT ON TABLE \"public\".\"odd \"\"name\" TO \"reader_1\"",
                            "GRANT SELECT ON SEQUENCE \"public\".\"counted_id_seq\" TO \"reader_1\"",
                            "GRANT SELECT ON SEQUENCE \"public\".\"alone\" TO \"reader_1\"",
                            "GRANT USAGE ON SCHEMA \"closed\" TO \"reader_1\"",
                            "GRANT SELECT ON LARGE OBJECT 70001 TO \"reader_1\"");
            assertThat(missing).allSatisfy(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                assertThat(finding.measured()).isEqualTo("none");
                assertThat(finding.threshold()).isIn("SELECT", "USAGE");
            });

            missing.forEach(finding -> server.sql(database, finding.whatToDo().split(", or ", 2)[0]));
            assertThat(check(codeb).ok()).isTrue();
            assertThat(codeb.backups().run("shop").manifest().tables()).hasSize(5);
        }
    }

    @Test
    void whatIsMissingStopsABackupBeforeAnythingIsWrittenAndWouldHaveStoppedPgDump() {
        String role = "reader_2";
        Project project = database(UNREADABLE.formatted(role)).user(role).password(Secret.of("x"));
        try (CodeB codeb = codeb(project)) {
            CheckFailedException failure = catchThrowableOfType(
                    CheckFailedException.class, () -> codeb.backups().run("shop"));
            assertThat(failure).hasMessageContaining("[missing-privilege]");
            assertThat(failure.findings())
                    .filteredOn(f -> f.severity() == Severity.ERROR)
                    .hasSize(6);
            Aftermath.repositoryIsEmpty(directory.resolve("repository"));

            CodeBException refusal = catchThrowableOfType(CodeBException.class, () -> codeb.backups()
                    .run(BackupRequest.of("shop").lower("missing-privilege", Severity.WARNING)));
            assertThat(refusal.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        }
    }

    @Test
    void whatIsNotDumpedNeedsNoPrivilege() {
        String role = "reader_3";
        Project project = database(UNREADABLE.formatted(role)).user(role).password(Secret.of("x"));
        try (CodeB codeb = codeb(project)) {
            assertThat(codeb.backups()
                            .run(BackupRequest.of("shop").tables("seen"))
                            .notices())
                    .isEmpty();
            PreflightReport report =
                    codeb.check(BackupRequest.of("shop").schemaOnly().withoutTables("secrets", "odd*"));
            assertThat(report.at(Severity.ERROR))
                    .extracting(Finding::message)
                    .containsExactly("user reader_3 has no USAGE on schema \"closed\"");
        }
    }

    @Test
    void passwordHashesNeedASuperuser() {
        Project project =
                database("CREATE ROLE plain LOGIN PASSWORD 'x'").user("plain").password(Secret.of("x"));
        try (CodeB codeb = codeb(project)) {
            assertThat(codeb.check(BackupRequest.of("shop").withGlobals()).ok()).isTrue();
            assertThat(codeb.check(BackupRequest.of("shop").withGlobalsAndPasswordHashes())
                            .at(Severity.ERROR))
                    .extracting(Finding::id)
                    .containsExactly("globals-need-superuser");
        }
    }

    @Test
    void aUserWhoIsNotLetInIsAFinding() {
        Project project = database("SELECT 1").password(Secret.of("wrong"));
        try (CodeB codeb = codeb(project)) {
            assertThat(check(codeb).at(Severity.ERROR)).extracting(Finding::id).containsExactly("auth-failed");
        }
    }

    @Test
    void transactionsThatDoNothingAndLongOnesAreToldOf() throws SQLException {
        Project project = database("CREATE TABLE t (a int)")
                .option("idle-in-transaction", "PT1S")
                .option("long-transaction", "PT1S");
        try (CodeB codeb = codeb(project);
                Connection idle = server.connect(database);
                Connection busy = server.connect(database);
                Statement working = busy.createStatement()) {
            idle.setAutoCommit(false);
            execute(idle, "SELECT a FROM t");
            Thread sleeper = new Thread(() -> quietly(working, "SELECT pg_sleep(600)"));
            sleeper.start();
            try {
                Finding doesNothing = awaited(codeb, "idle-in-transaction");
                assertThat(doesNothing.severity()).isEqualTo(Severity.WARNING);
                assertThat(doesNothing.threshold()).isEqualTo("1 s");
                assertThat(doesNothing.message()).contains("(owner", "has done nothing in its transaction");
                assertThat(awaited(codeb, "long-transaction").message()).contains("is in a transaction since");

                assertThat(codeb.backups().run("shop").notices())
                        .extracting(Notice::id)
                        .containsExactlyInAnyOrder("idle-in-transaction", "long-transaction");
                assertThat(codeb.backups()
                                .run(BackupRequest.of("shop")
                                        .lower("idle-in-transaction", Severity.INFO)
                                        .lower("long-transaction", Severity.INFO))
                                .notices())
                        .isEmpty();
            } finally {
                working.cancel();
                join(sleeper);
            }
        }
    }

    @Test
    void aPreparedTransactionIsToldOfAndItsLockStopsTheBackup() {
        Project project = database("CREATE TABLE t (a int)").option("idle-in-transaction", "PT1S");
        server.sql(database, "BEGIN; LOCK TABLE t; PREPARE TRANSACTION 'orphan'");
        try (CodeB codeb = codeb(project)) {
            assertThat(awaited(codeb, "prepared-transaction").message()).contains("orphan of owner");
            Finding lock = awaited(codeb, "table-locked");
            assertThat(lock.severity()).isEqualTo(Severity.ERROR);
            assertThat(lock.message()).contains("table public.t is locked by prepared transaction orphan");

            CheckFailedException failure = catchThrowableOfType(
                    CheckFailedException.class, () -> codeb.backups().run("shop"));
            assertThat(failure).hasMessageContaining("orphan");
            CodeBException waited = catchThrowableOfType(CodeBException.class, () -> codeb.backups()
                    .run(BackupRequest.of("shop")
                            .options("--lock-wait-timeout=200")
                            .lower("table-locked", Severity.WARNING)));
            assertThat(waited.code()).isEqualTo(ErrorCode.LOCK_TIMEOUT);
        } finally {
            server.sql(database, "ROLLBACK PREPARED 'orphan'");
        }
    }

    @Test
    void aTableThatSomebodyWorksOnIsAWarning() throws SQLException {
        Project project = database("CREATE TABLE t (a int); CREATE TABLE free (a int)");
        try (CodeB codeb = codeb(project);
                Connection holder = server.connect(database)) {
            holder.setAutoCommit(false);
            execute(holder, "LOCK TABLE t");

            Finding lock = of(check(codeb), "table-locked").get(0);
            assertThat(lock.severity()).isEqualTo(Severity.WARNING);
            assertThat(lock.message()).contains("table public.t is locked by process");
            assertThat(of(codeb.check(BackupRequest.of("shop").tables("free")), "table-locked"))
                    .isEmpty();
        }
    }

    @Test
    void aChangeOfATableThatWaitsIsToldOfSinceTheDumpWouldWaitBehindIt() throws SQLException {
        Project project = database("CREATE TABLE t (a int)");
        try (CodeB codeb = codeb(project);
                Connection reader = server.connect(database);
                Connection changer = server.connect(database);
                Statement change = changer.createStatement()) {
            reader.setAutoCommit(false);
            execute(reader, "SELECT a FROM t");
            Thread waiting = new Thread(() -> quietly(change, "ALTER TABLE t ADD b int"));
            waiting.start();
            try {
                Finding queue = awaited(codeb, "lock-queue");
                assertThat(queue.severity()).isEqualTo(Severity.WARNING);
                assertThat(queue.message()).contains("waits to change table public.t");
            } finally {
                reader.rollback();
                join(waiting);
            }
        }
    }

    @Test
    void aStandbyTellsHowFarItIsBehindAndThatItMayEndTheDump() {
        Project primary = database("CREATE TABLE t AS SELECT 1 AS a");
        try (HostPostgres standby = server.startStandby()) {
            Aftermath.eventually(() -> standby.sql(database, "SELECT count(*) FROM pg_stat_wal_receiver"), "1");
            server.sql(database, "INSERT INTO t VALUES (2)");
            Aftermath.eventually(() -> standby.sql(database, "SELECT count(*) FROM t"), "2");
            try (CodeB codeb = codeb(standby.project(database))) {
                PreflightReport report = check(codeb);
                assertThat(of(report, "replication-lag").get(0).severity()).isEqualTo(Severity.INFO);
                assertThat(of(report, "standby-conflicts").get(0).measured()).isEqualTo("30s");
                assertThat(codeb.backups().run("shop").manifest().totalRows()).isEqualTo(2);
            }
            standby.sql(database, "SELECT pg_wal_replay_pause()");
            server.sql(database, "INSERT INTO t VALUES (3)");
            try (CodeB codeb = codeb(standby.project(database).option("replication-lag", "PT1S"))) {
                Aftermath.eventually(
                        () -> of(check(codeb), "replication-lag").get(0).severity(), Severity.WARNING);
            }
            try (CodeB codeb = codeb(primary)) {
                assertThat(of(check(codeb), "replication-lag")).isEmpty();
            }
        }
    }

    @Test
    void howLargeABackupOfTheShopWillBeIsKnownToAQuarter() {
        Project project = database("SELECT 1");
        server.run(
                "psql",
                "-X",
                "-q",
                "-d",
                database,
                "-v",
                "orders=20000",
                "-v",
                "customers=2000",
                "-f",
                SHOP.toAbsolutePath().toString());
        try (CodeB codeb = codeb(project)) {
            long guessed = expected(codeb);
            long first = codeb.backups().run("shop").manifest().storedSize();
            assertThat((double) guessed / first)
                    .as("guessed %d, is %d", guessed, first)
                    .isCloseTo(1, within(0.25));

            server.sql(
                    database,
                    "INSERT INTO orders SELECT id + 1000000, customer_id, created_at, status, amount, note, payload"
                            + " FROM orders; ANALYZE");
            long learned = expected(codeb);
            long second = codeb.backups().run("shop").manifest().storedSize();
            assertThat(second).isGreaterThan(first * 3 / 2);
            assertThat((double) learned / second)
                    .as("learned %d, is %d", learned, second)
                    .isCloseTo(1, within(0.25));
        }
    }

    private static long expected(CodeB codeb) {
        return Long.parseLong(
                of(check(codeb), "storage-space").get(0).threshold().replace(" bytes", ""));
    }

    @Test
    void anIndexThatPgDumpLeavesOutIsTold() {
        Project project = database("CREATE TABLE t AS SELECT 1 AS x FROM generate_series(1, 2)");
        server.complaint(database, "CREATE UNIQUE INDEX CONCURRENTLY \"Twice\" ON t (x)");
        try (CodeB codeb = codeb(project)) {
            assertThat(of(check(codeb), "index-left-out")).singleElement().satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                assertThat(finding.message()).contains("index public.Twice of public.t is not valid");
                assertThat(finding.whatToDo()).contains("REINDEX INDEX CONCURRENTLY \"public\".\"Twice\"");
            });
            assertThat(codeb.backups().run("shop").notices())
                    .extracting(Notice::id)
                    .containsExactly("index-left-out");

            server.sql(database, "DELETE FROM t");
            server.sql(database, "REINDEX INDEX CONCURRENTLY \"Twice\"");
            assertThat(of(check(codeb), "index-left-out")).isEmpty();
        }
    }

    @Test
    void whatOthersDoIsHiddenFromAPlainUserWhichIsSaid() throws SQLException {
        Project project =
                database("CREATE ROLE blind LOGIN PASSWORD 'x'").user("blind").password(Secret.of("x"));
        try (CodeB codeb = codeb(project);
                Connection other = server.connect(database)) {
            execute(other, "SELECT 1");
            assertThat(of(check(codeb), "sessions-hidden"))
                    .extracting(Finding::severity, Finding::measured)
                    .containsExactly(tuple(Severity.INFO, "1"));
        }
    }

    /** Some 400 MB of dump: long enough to be in somebody's way, and quickly made, since it rests compressed. */
    private static final String LARGE = "CREATE TABLE t AS SELECT g, repeat('0123456789abcdef', 2500) AS filler"
            + " FROM generate_series(1, 10000) g";

    /** Backs up while somebody changes the table as soon as the dump is going on. */
    private BackupResult whileATableIsChanged(Project project, Consumer<String> answer) {
        AtomicReference<Thread> changer = new AtomicReference<>();
        RunListener changing = event -> {
            if (event instanceof Event.Progress && changer.get() == null) {
                Thread thread = new Thread(() -> answer.accept(server.sql(database, "ALTER TABLE t ADD b int")));
                changer.set(thread);
                thread.start();
            }
        };
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(project)
                .listener(changing)
                .build()) {
            return codeb.backups().run("shop");
        } finally {
            join(changer.get());
        }
    }

    @Test
    void aDumpGivesWayToAChangeThatWaitsForItAndIsMadeAnew() {
        Project project = database(LARGE).option("blocking", "PT0.2S");
        List<String> answers = new CopyOnWriteArrayList<>();

        BackupResult backup = whileATableIsChanged(project, answers::add);

        assertThat(answers).containsExactly("");
        assertThat(backup.notices()).extracting(Notice::id).containsExactly("dump-gave-way");
        assertThat(backup.notices().get(0).message()).contains("the dump made process", "wait for 200 ms");
        assertThat(backup.manifest().totalRows()).isEqualTo(10_000);
        try (CodeB codeb = codeb(project)) {
            assertThat(codeb.catalog().verify(backup.id()).ok()).isTrue();
        }
        Aftermath.noThreadIsLeft();
    }

    @Test
    void aDumpThatIsNotToBeMadeAnewIsGivenUpForTheChange() {
        Project project = database(LARGE).option("blocking", "PT0.2S").option("retries", "0");
        List<String> answers = new CopyOnWriteArrayList<>();

        CodeBException failure =
                catchThrowableOfType(CodeBException.class, () -> whileATableIsChanged(project, answers::add));

        assertThat(failure.code()).isEqualTo(ErrorCode.LOCK_TIMEOUT);
        assertThat(failure).hasMessageContaining("the dump made process");
        assertThat(answers).containsExactly("");
        Aftermath.repositoryIsEmpty(directory.resolve("repository"));
        assertThat(server.sql(database, "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb-%'"))
                .isEqualTo("0");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void quietly(Statement statement, String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            // It was told to end.
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
