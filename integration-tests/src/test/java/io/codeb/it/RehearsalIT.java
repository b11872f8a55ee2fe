package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.deploy.BackupSource;
import io.codeb.deploy.CommandMigration;
import io.codeb.deploy.DeployCommand;
import io.codeb.deploy.DeployGuard;
import io.codeb.deploy.DeployTarget;
import io.codeb.deploy.GuardFailedException;
import io.codeb.deploy.GuardFailure;
import io.codeb.deploy.GuardReport;
import io.codeb.deploy.GuardRequest;
import io.codeb.deploy.GuardStep;
import io.codeb.deploy.LockMode;
import io.codeb.deploy.Migration;
import io.codeb.deploy.MigrationStatus;
import io.codeb.deploy.Rehearsal;
import io.codeb.deploy.RehearsalFailedException;
import io.codeb.deploy.RehearsalReport;
import io.codeb.deploy.RehearsalRequest;
import io.codeb.deploy.RehearsedTable;
import io.codeb.deploy.RehearsedVersion;
import io.codeb.deploy.SqlMigration;
import io.codeb.deploy.TableLock;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import io.codeb.model.TableName;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Migrations are tried on a copy before they touch the database, and the report tells what they would have done. */
@Timeout(180)
class RehearsalIT {
    /** No other test's, which may rehearse at the same time in another JVM. */
    static final String PROJECT = "rehearsing-" + ChildJvm.RUN;

    private static final String LIVE = "rehearsed";

    private static PostgresServer server;
    private static ContainerRuntime podman;
    private static ContainerManager manager;

    @TempDir
    Path directory;

    private CodeB codeb;

    @BeforeAll
    static void makeDatabase() {
        server = PostgresServer.shared(15);
        podman = Installed.runtime(PostgresServer.runtime());
        manager = podman.manager().orElseThrow();
        server.createDatabase(LIVE);
        server.sql(
                LIVE,
                "CREATE TABLE users (id int PRIMARY KEY, name text);"
                        + " INSERT INTO users SELECT n, 'user ' || n FROM generate_series(1, 100) AS n;"
                        + " CREATE TABLE visits AS SELECT generate_series(1, 50) AS id; CREATE TABLE quiet (id int)");
    }

    @AfterAll
    static void dropIt() {
        server.sql("postgres", "DROP DATABASE " + LIVE);
        podman.close();
    }

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(directory.resolve("migrations"));
        codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project(PROJECT, LIVE))
                .build();
    }

    @AfterEach
    void nothingIsLeftAndTheDatabaseIsAsItWas() {
        codeb.close();
        assertThat(containers()).isEmpty();
        assertThat(Aftermath.filesBelow(directory.resolve("repository/_runs"))).isEmpty();
        assertThat(server.sql(
                        LIVE,
                        "SELECT (SELECT count(*) FROM users) || ' ' || (SELECT count(*) FROM visits)"
                                + " || ' ' || (SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                                + " 'public'::regnamespace)"))
                .isEqualTo("100 50 3");
        Aftermath.noThreadIsLeft();
    }

    private static List<ContainerInfo> containers() {
        return manager.find(Map.of("io.codeb.kind", "drill", "io.codeb.project", PROJECT));
    }

    private SqlMigration migration(String... files) throws IOException {
        for (int i = 0; i < files.length; i += 2) {
            Files.writeString(directory.resolve("migrations").resolve(files[i]), files[i + 1]);
        }
        return SqlMigration.in(directory.resolve("migrations"));
    }

    /** A command where the live server is, which would change that if it reached it. */
    private static DeployCommand psql(String sql) {
        return DeployCommand.in(server.container().getContainerId(), "psql", "-X", "-v", "ON_ERROR_STOP=1", "-c", sql)
                .environment("PGHOST", "/var/run/postgresql")
                .environment("PGPASSWORD", PostgresServer.PASSWORD);
    }

    private RehearsalReport rehearse(RehearsalRequest request) {
        return Rehearsal.of(codeb).run(request);
    }

    private static RehearsalRequest shop() {
        return RehearsalRequest.of(PROJECT);
    }

    private static RehearsedTable table(RehearsalReport report, String name) {
        return report.tables().stream()
                .filter(each -> each.table().equals(new TableName("public", name)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itTellsHowLongTablesAreLockedAndWhatBecomesOfTheirRows() throws IOException {
        RehearsalReport report = rehearse(shop().migrate(migration(
                "1.sql", "ALTER TABLE users ADD mail text; SELECT pg_sleep(0.5)",
                "2.sql", "CREATE INDEX ON visits (id); SELECT pg_sleep(0.3); CREATE TABLE made AS SELECT 1 AS id",
                "3.sql", "DELETE FROM visits WHERE id > 20")));

        report.requireOk();
        assertThat(report.image()).endsWith("postgres:15");
        assertThat(report.migrations()).hasSize(1);
        assertThat(report.migrations().get(0).report().after().applied()).containsExactly("1.sql", "2.sql", "3.sql");
        assertThat(report.migrations().get(0).duration()).isGreaterThan(Duration.ofMillis(800));
        assertThat(report.migrations().get(0).versions())
                .extracting(RehearsedVersion::version)
                .containsExactly("1.sql", "2.sql", "3.sql");
        assertThat(report.migrations().get(0).versions().get(0).duration())
                .isBetween(Duration.ofMillis(500), report.migrations().get(0).duration());
        assertThat(report.bytesAfter()).isGreaterThan(report.bytesBefore());
        assertThat(report.lockPrecision()).isPositive();
        TableLock users = table(report, "users").lock().orElseThrow();
        assertThat(users.strongest()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
        assertThat(users.held()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
        assertThat(users.writersBlocked()).isGreaterThanOrEqualTo(users.held());
        TableLock visits = table(report, "visits").lock().orElseThrow();
        assertThat(visits.strongest()).isEqualTo(LockMode.SHARE);
        assertThat(visits.writersBlocked()).isGreaterThan(Duration.ofMillis(150));
        assertThat(table(report, "visits").rowsBefore()).isEqualTo(50);
        assertThat(table(report, "visits").rowsAfter()).isEqualTo(20);
        assertThat(table(report, "made").rowsBefore()).isEqualTo(-1);
        assertThat(table(report, "made").lock()).isEmpty();
        assertThat(table(report, "quiet").lock()).isEmpty();
    }

    @Test
    void aCommandReachesTheCopyAsTheProjectsUserAndNothingElseAndWhatFailsBehindItIsTold() throws IOException {
        RehearsalReport report = rehearse(shop().migrate(
                        CommandMigration.of(psql("CREATE TABLE made AS SELECT current_user AS id; DROP TABLE visits")))
                .migrate(migration("1.sql", "ALTER TABLE nobody ADD mail text"))
                .migrate(CommandMigration.of(psql("DROP TABLE users"))));

        assertThat(table(report, "made").rowsAfter()).isEqualTo(1);
        assertThat(table(report, "visits").rowsLost()).isEqualTo(50);
        assertThat(table(report, "visits").rowsAfter()).isEqualTo(-1);
        assertThat(table(report, "users").rowsAfter()).isEqualTo(100);
        assertThat(report.ok()).isFalse();
        assertThat(report.migrations()).hasSize(2);
        GuardFailure failure = report.failures().get(0);
        assertThat(failure.code()).isEqualTo(ErrorCode.MIGRATION_FAILED);
        assertThat(failure.message()).contains("1.sql", "nobody");
        assertThatThrownBy(report::requireOk).isInstanceOf(RehearsalFailedException.class);
    }

    @Test
    void aDumpThatIsRestoredFirstIsWhatTheMigrationsAreRehearsedOn() throws IOException {
        Path dump = Files.writeString(
                directory.resolve("dump.sql"),
                "CREATE TABLE users (id int, name text);\nINSERT INTO users SELECT generate_series(1, 7);\n");
        GuardRequest request = GuardRequest.of(PROJECT)
                .restoreFrom(BackupSource.of(dump))
                .migrate(migration("1.sql", "DELETE FROM users WHERE id > 2"))
                .rehearsing(shop().losingAtMost(0));

        GuardFailedException failure = catchThrowableOfType(
                GuardFailedException.class, () -> DeployGuard.of(codeb).run(request));

        assertThat(failure.code()).isEqualTo(ErrorCode.ROWS_MISSING);
        assertThat(failure.report().outcome()).isEqualTo(GuardReport.Outcome.UNTOUCHED);
        RehearsalReport report = failure.report().rehearsal().orElseThrow();
        assertThat(table(report, "users").rowsBefore()).isEqualTo(7);
        assertThat(table(report, "users").rowsAfter()).isEqualTo(2);
        assertThat(report.tables()).noneMatch(each -> each.table().name().equals("visits"));
        assertThatThrownBy(() -> DeployGuard.of(codeb).run(request.withoutBackup()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no backup to rehearse");
    }

    @Test
    void aGuardStopsBeforeTheDatabaseWhereLocksLastTooLongAndRowsGo() throws IOException {
        SqlMigration migration =
                migration("1.sql", "TRUNCATE visits; SELECT pg_sleep(0.3); ALTER TABLE users ADD mail text");

        GuardFailedException failure = catchThrowableOfType(GuardFailedException.class, () -> DeployGuard.of(codeb)
                .run(GuardRequest.of(PROJECT)
                        .migrate(migration)
                        .rehearsing(shop().losingAtMost(0).blockingAtMost(Duration.ofMillis(100)))));

        assertThat(failure.report().outcome()).isEqualTo(GuardReport.Outcome.UNTOUCHED);
        assertThat(failure.report().steps())
                .extracting(GuardStep::kind)
                .containsExactly(GuardStep.Kind.BACKUP, GuardStep.Kind.CHECK, GuardStep.Kind.REHEARSE);
        assertThat(failure.report().rehearsal().orElseThrow().failures())
                .extracting(GuardFailure::code)
                .containsExactly(ErrorCode.ROWS_MISSING, ErrorCode.LOCKED_TOO_LONG);
        assertThat(failure).hasMessageContaining("public.visits 50").hasMessageContaining("public.visits");
    }

    @Test
    void whatCannotBeRehearsedIsRefused() {
        BackupRef backup = codeb.backups().run(PROJECT).ref();
        Migration unknown = new Migration() {
            @Override
            public String name() {
                return "something";
            }

            @Override
            public MigrationStatus status(DeployTarget target) {
                return MigrationStatus.UNKNOWN;
            }

            @Override
            public void apply(DeployTarget target, MigrationStatus before) {
                throw new AssertionError("nobody said that it may");
            }
        };

        assertThatThrownBy(() -> rehearse(shop().backup(backup).migrate(unknown)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("something cannot be rehearsed");
        assertThatThrownBy(() ->
                        rehearse(shop().backup(backup).migrate(CommandMigration.of(DeployCommand.onHost("true")))))
                .isInstanceOfSatisfying(CodeBException.class, refused -> assertThat(refused.hint())
                        .contains("rehearsedFrom("));
        assertThatThrownBy(() -> rehearse(shop())).hasMessageContaining("nothing to rehearse");
    }

    @Test
    void aRehearsalThatIsKilledLeavesNothingOnceSomebodyCleansUp() throws Exception {
        BackupRef backup = codeb.backups().run(PROJECT).ref();
        StuckRun.Place place = new StuckRun.Place(
                "podman",
                PostgresServer.environment("CODEB_TEST_PODMAN_SOCKET"),
                server.container().getContainerId());
        Process child = StuckRehearsal.start(place, directory.resolve("repository"), LIVE, backup);
        try {
            Aftermath.eventually(() -> containers().size(), 2);
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(containers()).hasSize(2);

        assertThat(codeb.databases().cleanUp(PROJECT).kept()).isEmpty();
    }
}
