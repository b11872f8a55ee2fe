package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Journal;
import io.codeb.RestoreRequest;
import io.codeb.deploy.DeployException;
import io.codeb.deploy.DeployGuard;
import io.codeb.deploy.DeployTarget;
import io.codeb.deploy.GuardEvent;
import io.codeb.deploy.GuardFailedException;
import io.codeb.deploy.GuardReport;
import io.codeb.deploy.GuardReport.Outcome;
import io.codeb.deploy.GuardRequest;
import io.codeb.deploy.GuardStep.Kind;
import io.codeb.deploy.Migration;
import io.codeb.deploy.MigrationStatus;
import io.codeb.deploy.Probe;
import io.codeb.deploy.SqlMigration;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.RowDifference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A deployment is kept when it is good, and its database is again what it was when it is not. */
@Timeout(180)
class DeployGuardIT {
    private static HostPostgres server;

    @TempDir
    Path directory;

    private CodeB codeb;
    private DeployGuard guard;
    private final List<GuardEvent> heard = new ArrayList<>();

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabase() throws IOException {
        sql("postgres", "CREATE DATABASE app");
        sql(
                "app",
                "CREATE TABLE users (id int PRIMARY KEY, name text);"
                        + " INSERT INTO users SELECT n, 'user ' || n FROM generate_series(1, 100) AS n");
        Files.createDirectories(files());
        codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project("app"))
                .build();
        guard = DeployGuard.of(codeb).listener(heard::add);
    }

    @AfterEach
    void nothingIsLeft() {
        codeb.close();
        assertThat(sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb-%'"))
                .isEqualTo("0");
        assertThat(databases("codeb\\_new%")).isEmpty();
        Aftermath.dropKept(server::sql);
        sql("postgres", "DROP DATABASE app");
        Aftermath.noThreadIsLeft();
    }

    private static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    private static String databases(String like) {
        return sql("postgres", "SELECT datname FROM pg_database WHERE datname LIKE '" + like + "'");
    }

    private Path files() {
        return directory.resolve("migrations");
    }

    private SqlMigration migration(String... files) throws IOException {
        for (int i = 0; i < files.length; i += 2) {
            Files.writeString(files().resolve(files[i]), files[i + 1]);
        }
        return SqlMigration.in(files());
    }

    private static GuardRequest shop() {
        return GuardRequest.of("shop");
    }

    private GuardFailedException failure(GuardRequest request) {
        return catchThrowableOfType(GuardFailedException.class, () -> guard.run(request));
    }

    private void nothingIsUnfinished() {
        assertThat(guard.recover(shop())).isEmpty();
        assertThat(Aftermath.filesBelow(directory.resolve("repository/shop/journals")))
                .isEmpty();
    }

    @Test
    void aGoodMigrationIsKept() throws IOException {
        GuardReport report = guard.run(shop().migrate(migration(
                        "001_mail.sql", "ALTER TABLE users ADD mail text; UPDATE users SET mail = name || '@x';",
                        "002_orders.sql", "CREATE TABLE orders (n int);\nINSERT INTO orders VALUES (1); -- one"))
                .probe(Probe.sql("SELECT count(*) = 100 FROM users WHERE mail IS NOT NULL"))
                .probe(Probe.tcp(HostPostgres.HOST, server.port())));

        assertThat(report.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(report.backup()).isPresent();
        assertThat(report.steps())
                .extracting(step -> step.kind())
                .containsExactly(Kind.BACKUP, Kind.CHECK, Kind.MIGRATE, Kind.COUNT, Kind.PROBE, Kind.PROBE);
        assertThat(report.migrations()).singleElement().satisfies(each -> {
            assertThat(each.before())
                    .isEqualTo(MigrationStatus.of(List.of(), List.of("001_mail.sql", "002_orders.sql")));
            assertThat(each.after())
                    .isEqualTo(MigrationStatus.of(List.of("001_mail.sql", "002_orders.sql"), List.of()));
            assertThat(each.after().head()).contains("002_orders.sql");
        });
        assertThat(report.differences()).isEmpty();
        assertThat(sql("app", "SELECT count(*) FROM codeb_migrations")).isEqualTo("2");
        nothingIsUnfinished();

        GuardReport again = guard.run(shop().migrate(migration("003_more.sql", "INSERT INTO orders VALUES (2)")));
        assertThat(again.migrations().get(0).before().pending()).containsExactly("003_more.sql");
        assertThat(sql("app", "SELECT count(*) FROM orders")).isEqualTo("2");
    }

    @Test
    void aMigrationThatFailsHalfWayIsRolledBackToTheByte() throws IOException {
        String before = server.content("app");
        GuardFailedException failure = failure(shop().migrate(migration(
                "001_mail.sql", "ALTER TABLE users ADD mail text",
                "002_bad.sql", "DELETE FROM users WHERE id > 50; SELECT no_such_function();")));

        assertThat(failure.report().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(failure.code()).isEqualTo(ErrorCode.MIGRATION_FAILED);
        assertThat(failure).hasMessageContaining("002_bad.sql").hasMessageContaining("no_such_function");
        assertThat(failure.report().migrations().get(0).after().applied()).containsExactly("001_mail.sql");
        assertThat(server.content("app")).isEqualTo(before);
        String kept = failure.report().kept().orElseThrow().keptAs();
        assertThat(sql(kept, "SELECT count(mail) FROM users")).isEqualTo("0");
        nothingIsUnfinished();
    }

    @Test
    void whereTheFirstFileFailsNothingIsRolledBack() throws IOException {
        GuardFailedException failure = failure(
                shop().migrate(migration("001_bad.sql", "CREATE TABLE half (n int); SELECT no_such_function();")));

        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
        assertThat(sql("app", "SELECT to_regclass('half') IS NULL")).isEqualTo("t");
        assertThat(databases("codeb\\_old%")).isEmpty();
        nothingIsUnfinished();
    }

    @Test
    void aProbeThatFailsRollsBackAndTellsWhichRowsGoBeforeTheyDo() throws IOException {
        List<String> live = new ArrayList<>();
        DeployGuard telling = guard.listener(event -> {
            if (event instanceof GuardEvent.RollingBack rollingBack) {
                live.add(sql("app", "SELECT count(*) FROM users"));
                assertThat(rollingBack.differences()).containsExactly(new RowDifference("public", "users", 103, 100));
            }
        });
        GuardRequest request = shop().migrate(migration("001_mail.sql", "ALTER TABLE users ADD mail text"))
                .probe(new WritingProbe("INSERT INTO users SELECT n FROM generate_series(101, 103) AS n"))
                .probe(Probe.sql("SELECT false"));
        GuardFailedException failure = catchThrowableOfType(GuardFailedException.class, () -> telling.run(request));

        assertThat(live).containsExactly("103");
        assertThat(failure.code()).isEqualTo(ErrorCode.PROBE_FAILED);
        assertThat(failure.report().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(failure.report().rowsWrittenSince()).isEqualTo(3);
        assertThat(sql("app", "SELECT count(*) FROM users")).isEqualTo("100");
        assertThat(sql(failure.report().kept().orElseThrow().keptAs(), "SELECT count(*) FROM users"))
                .isEqualTo("103");
    }

    @Test
    void aProbeThatFailsWhereNothingWasChangedRollsNothingBack() {
        GuardFailedException failure = failure(shop().probe(Probe.sql("SELECT 1 = 2")));
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
        assertThat(databases("codeb\\_old%")).isEmpty();
        nothingIsUnfinished();
    }

    @Test
    void moreRowsThanMayGoAreLeftForSomebodyToDecide() throws IOException {
        GuardRequest request = shop().migrate(migration("001_mail.sql", "ALTER TABLE users ADD mail text"))
                .probe(new WritingProbe("INSERT INTO users VALUES (1000) ON CONFLICT DO NOTHING"))
                .probe(Probe.sql("SELECT false"));
        GuardFailedException failure = failure(request.rollingBackAtMost(0));

        assertThat(failure.report().outcome()).isEqualTo(Outcome.LEFT);
        assertThat(failure.hint()).contains("recover").contains("accept");
        assertThat(sql("app", "SELECT count(*) FROM users")).isEqualTo("101");
        assertThatThrownBy(() -> guard.run(shop()))
                .isInstanceOfSatisfying(DeployException.class, refused -> assertThat(refused.code())
                        .isEqualTo(ErrorCode.DEPLOY_UNFINISHED));

        GuardReport recovered = guard.recover(request.rollingBackAtMost(1)).orElseThrow();
        assertThat(recovered.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(recovered.rowsWrittenSince()).isEqualTo(1);
        assertThat(sql("app", "SELECT count(*) FROM users")).isEqualTo("100");
        nothingIsUnfinished();
    }

    @Test
    void whatIsAcceptedIsKept() throws IOException {
        GuardRequest request = shop().migrate(migration("001_more.sql", "INSERT INTO users VALUES (1000)"))
                .probe(Probe.sql("SELECT false"));
        assertThat(failure(request.rollingBackAtMost(0)).report().outcome()).isEqualTo(Outcome.LEFT);

        assertThat(guard.accept("shop")).isTrue();
        assertThat(guard.accept("shop")).isFalse();
        assertThat(sql("app", "SELECT count(*) FROM users")).isEqualTo("101");
        nothingIsUnfinished();
    }

    @Test
    void aTableThatIsDroppedWithItsRowsIsTold() throws IOException {
        sql("app", "CREATE TABLE old (n int); INSERT INTO old SELECT generate_series(1, 7)");
        GuardReport report = guard.run(shop().migrate(migration("001_drop.sql", "DROP TABLE old")));
        assertThat(report.differences()).containsExactly(new RowDifference("public", "old", -1, 7));
        assertThat(report.rowsTakenOut()).isEqualTo(7);
    }

    @Test
    void aMigrationThatTakesOutMoreRowsThanItMayIsRolledBack() throws IOException {
        GuardFailedException failure =
                failure(shop().migrate(migration("001_thin.sql", "DELETE FROM users WHERE id > 90"))
                        .losingAtMost(9));
        assertThat(failure.code()).isEqualTo(ErrorCode.ROWS_MISSING);
        assertThat(failure).hasMessageContaining("public.users 10");
        assertThat(failure.report().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(sql("app", "SELECT count(*) FROM users")).isEqualTo("100");
    }

    @Test
    void aMigrationThatHangsIsEndedWhenItsTimeIsOver() throws IOException {
        String before = server.content("app");
        GuardFailedException failure = failure(shop().migrate(migration(
                        "001_mail.sql", "ALTER TABLE users ADD mail text", "002_hang.sql", "SELECT pg_sleep(600)"))
                .migratingWithin(Duration.ofSeconds(3)));
        assertThat(failure.code()).isEqualTo(ErrorCode.MIGRATION_FAILED);
        assertThat(failure.report().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(server.content("app")).isEqualTo(before);
    }

    @Test
    void aProbeThatHangsIsNotWhatSomebodyHasCancelled() {
        GuardFailedException failure =
                failure(shop().probe(Probe.sql("SELECT pg_sleep(600) IS NULL").within(Duration.ofSeconds(2))));
        assertThat(failure.code()).isNotEqualTo(ErrorCode.CANCELLED);
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
    }

    @Test
    void whatIsCancelledIsRolledBack() throws IOException {
        Cancellation cancellation = new Cancellation();
        GuardRequest request = shop().migrate(migration("001_mail.sql", "ALTER TABLE users ADD mail text"))
                .probe(new CancellingProbe(cancellation));
        GuardFailedException failure =
                catchThrowableOfType(GuardFailedException.class, () -> guard.run(request, cancellation));
        assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(failure.report().outcome()).isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void aRestoreThenAMigrationAreRolledBackToWhatWasThere() throws IOException {
        var backup = codeb.backups().run("shop");
        sql("app", "INSERT INTO users VALUES (101)");
        String before = server.content("app");
        GuardRequest request = shop().withoutBackup()
                .restore(RestoreRequest.of(backup.ref()).replacing())
                .migrate(migration("001_mail.sql", "ALTER TABLE users ADD mail text"));

        GuardFailedException failure = failure(request.probe(Probe.sql("SELECT count(*) = 101 FROM users")));
        assertThat(failure.report().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(server.content("app")).isEqualTo(before);

        GuardReport report = guard.run(request.probe(Probe.sql("SELECT count(*) = 100 FROM users")));
        assertThat(report.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(report.rowsTakenOut()).isEqualTo(1);
        assertThat(sql(report.kept().orElseThrow().keptAs(), "SELECT count(*) FROM users"))
                .isEqualTo("101");
    }

    @Test
    void theLastBackupIsRestored() {
        var unused = codeb.backups().run("shop");
        sql("app", "DELETE FROM users");
        GuardReport report = guard.run(shop().restoreLatest());
        assertThat(report.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(sql("app", "SELECT count(*) FROM users")).isEqualTo("100");
    }

    @Test
    void aRecentBackupThatIsWholeIsTakenForThis() throws IOException {
        var backup = codeb.backups().run("shop");
        GuardRequest request = shop().backupWithin(Duration.ofHours(1));
        assertThat(guard.run(request).backup()).contains(backup.ref());

        Path dump = Aftermath.filesBelow(directory.resolve("repository")).stream()
                .filter(file -> file.getFileName().toString().startsWith("dump"))
                .findFirst()
                .orElseThrow();
        Files.write(dump, new byte[] {1, 2, 3});
        assertThat(guard.run(request).backup()).isPresent().isNotEqualTo(Optional.of(backup.ref()));
    }

    @Test
    void whatCouldNotBeUndoneIsNotBegun() throws IOException {
        SqlMigration migration = migration("001_mail.sql", "ALTER TABLE users ADD mail text");
        assertThatThrownBy(() -> guard.run(shop().withoutBackup().migrate(migration)))
                .isInstanceOf(ConfigException.class);
        var backup = codeb.backups().run("shop");
        assertThatThrownBy(() -> guard.run(shop().restore(RestoreRequest.of(backup.ref()))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("keep");
        assertThatThrownBy(() -> guard.run(shop().restore(
                                RestoreRequest.of(backup.ref()).into("other").replacing())))
                .isInstanceOf(ConfigException.class);
        assertThat(heard).isEmpty();
    }

    @Test
    void aBackupOfAnotherProjectIsNotRestoredUnasked() {
        var ref = new BackupRef("default", "other", new BackupId("20260102T030405Z-k3f7q2x7"));
        assertThatThrownBy(() -> guard.run(shop().restore(RestoreRequest.of(ref).replacing())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("shop");
    }

    @Test
    void aDumpThatIsNoneLeavesTheDatabaseUntouched() throws IOException {
        Path dump = Files.writeString(directory.resolve("dump.sql"), "CREATE TABLE t (n int);\nSELECT nonsense;\n");
        GuardFailedException failure =
                failure(shop().restore(RestoreRequest.ofFile(dump).replacing()));
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
        assertThat(sql("app", "SELECT count(*) FROM users")).isEqualTo("100");
        nothingIsUnfinished();
    }

    @Test
    void whileOneGoesOnNoOtherBegins() {
        try (Journal journal = codeb.openJournal("shop", "guard")) {
            assertThat(journal.left()).isEmpty();
            assertThatThrownBy(() -> guard.run(shop())).isInstanceOf(LockedException.class);
            assertThatThrownBy(() -> guard.recover(shop())).isInstanceOf(LockedException.class);
        }
    }

    @Test
    void filesThatDoNotFitWhatWasAppliedAreRefused() throws IOException {
        guardOf(migration("002_mail.sql", "ALTER TABLE users ADD mail text"));

        assertThat(failure(shop().migrate(migration("001_early.sql", "SELECT 1"))))
                .hasMessageContaining("001_early.sql comes before 002_mail.sql");
        Files.delete(files().resolve("001_early.sql"));
        assertThat(failure(shop().migrate(migration("002_mail.sql", "SELECT 1"))))
                .hasMessageContaining("not as it was");
        Files.delete(files().resolve("002_mail.sql"));
        GuardFailedException gone = failure(shop().migrate(migration("003_late.sql", "SELECT 1")));
        assertThat(gone).hasMessageContaining("002_mail.sql was applied");
        assertThat(gone.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
    }

    private void guardOf(Migration migration) {
        assertThat(guard.run(shop().migrate(migration)).outcome()).isEqualTo(Outcome.KEPT);
    }

    @Test
    void aFileThatCommitsByItselfIsRefused() throws IOException {
        GuardFailedException failure =
                failure(shop().migrate(migration("001.sql", "CREATE TABLE t (n int); COMMIT; SELECT 1;")));
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
        assertThat(sql("app", "SELECT to_regclass('t') IS NULL")).isEqualTo("t");
    }

    /** Writes as the application does meanwhile, and passes. */
    private record WritingProbe(String statement) implements Probe {
        @Override
        public String name() {
            return "writing";
        }

        @Override
        public void run(DeployTarget target) {
            sql("app", statement);
        }
    }

    private record CancellingProbe(Cancellation cancellation) implements Probe {
        @Override
        public String name() {
            return "cancelling";
        }

        @Override
        public void run(DeployTarget target) {
            cancellation.cancel("changed my mind");
            target.cancellation().throwIfCancelled();
        }
    }
}
