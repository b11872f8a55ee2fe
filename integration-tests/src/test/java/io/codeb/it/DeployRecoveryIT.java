package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.deploy.CommandMigration;
import io.codeb.deploy.DeployCommand;
import io.codeb.deploy.DeployException;
import io.codeb.deploy.DeployGuard;
import io.codeb.deploy.GuardEvent;
import io.codeb.deploy.GuardReport;
import io.codeb.deploy.GuardReport.Outcome;
import io.codeb.deploy.GuardRequest;
import io.codeb.deploy.Probe;
import io.codeb.deploy.SqlMigration;
import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A deployment whose process dies, at each of its steps, is finished or undone, and it is told which. */
@Timeout(180)
class DeployRecoveryIT {
    private static final String HANG = "SELECT pg_sleep(600)";

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

    @BeforeEach
    void makeDatabase() throws IOException {
        sql("postgres", "CREATE DATABASE app");
        sql("app", "CREATE TABLE users (id int PRIMARY KEY); INSERT INTO users SELECT generate_series(1, 10)");
        Files.createDirectories(files());
        Files.writeString(files().resolve("1.sql"), "ALTER TABLE users ADD mail text");
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb-%'"))
                .isEqualTo("0");
        assertThat(databases("codeb\\_new%")).isEmpty();
        Aftermath.dropKept(server::sql);
        sql("postgres", "DROP DATABASE app");
        assertThat(Aftermath.filesBelow(repository().resolve("shop/journals"))).isEmpty();
        assertThat(Aftermath.filesBelow(repository().resolve("_runs"))).isEmpty();
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

    private Path repository() {
        return directory.resolve("repository");
    }

    private static CodeB codeb(int port, Path directory) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(HostPostgres.project(port, "app"))
                .build();
    }

    /** What is deployed. */
    private enum Form {
        GOOD,
        BAD,
        RESTORED,
        RESTORED_BAD,
        COMMAND;

        GuardRequest request(Path directory) {
            GuardRequest request = GuardRequest.of("shop");
            if (this == RESTORED || this == RESTORED_BAD) {
                request = request.restore(RestoreRequest.ofFile(directory.resolve("dump.sql"))
                        .onProject("shop")
                        .replacing());
            }
            request = request.migrate(
                    this == COMMAND
                            ? CommandMigration.of(DeployCommand.onHost("sh", "-c", "sleep 61234; true"))
                            : SqlMigration.in(directory.resolve("migrations")));
            return request.probe(
                    this == BAD || this == RESTORED_BAD
                            ? Probe.sql("SELECT count(mail) = 1 FROM users")
                            : Probe.sql("SELECT count(mail) = 0 FROM users"));
        }
    }

    /** The deployment that dies: in the middle of what it does when an event comes, or when it is killed. */
    public static void main(String[] args) {
        Path directory = Path.of(args[1]);
        try (CodeB codeb = codeb(Integer.parseInt(args[0]), directory)) {
            GuardReport unused = DeployGuard.of(codeb)
                    .listener(event -> {
                        if (name(event).equals(args[3])) {
                            Runtime.getRuntime().halt(137);
                        }
                    })
                    .run(Form.valueOf(args[2]).request(directory));
        }
    }

    private static String name(GuardEvent event) {
        if (event instanceof GuardEvent.StepBegan began) {
            return "before " + began.kind().name().toLowerCase(Locale.ROOT);
        }
        if (event instanceof GuardEvent.StepEnded ended) {
            return "after " + ended.step().kind().name().toLowerCase(Locale.ROOT);
        }
        return event instanceof GuardEvent.BackedUp ? "backed up" : "rolling back";
    }

    private Process start(Form form, String dies) throws IOException {
        Files.writeString(
                directory.resolve("dump.sql"),
                "CREATE TABLE users (id int PRIMARY KEY);\nINSERT INTO users VALUES (1), (2);\n");
        return ChildJvm.start(
                DeployRecoveryIT.class,
                directory.resolve("log"),
                Integer.toString(server.port()),
                directory.toString(),
                form.name(),
                dies);
    }

    private void killWhen(Form form, Supplier<Boolean> there) throws IOException, InterruptedException {
        Process child = start(form, "by a signal");
        try {
            Aftermath.eventually(() -> child.isAlive() ? there.get() : "it ended", true);
        } catch (AssertionError e) {
            throw new AssertionError(Files.readString(directory.resolve("log")), e);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private GuardReport recovers(Form form) {
        try (CodeB codeb = codeb(server.port(), directory)) {
            DeployGuard guard = DeployGuard.of(codeb);
            assertThatThrownBy(() -> guard.run(form.request(directory)))
                    .isInstanceOfSatisfying(DeployException.class, refused -> assertThat(refused.code())
                            .isEqualTo(ErrorCode.DEPLOY_UNFINISHED));
            GuardReport report = guard.recover(form.request(directory)).orElseThrow();
            assertThat(guard.recover(form.request(directory))).isEmpty();
            return report;
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "GOOD, before backup, UNTOUCHED",
        "GOOD, after backup, UNTOUCHED",
        "GOOD, after check, UNTOUCHED",
        "GOOD, before migrate, ROLLED_BACK",
        "GOOD, after migrate, ROLLED_BACK",
        "GOOD, after count, ROLLED_BACK",
        "GOOD, before probe, KEPT",
        "GOOD, after probe, KEPT",
        "BAD, after probe, ROLLED_BACK",
        "BAD, rolling back, ROLLED_BACK",
        "BAD, before roll_back, ROLLED_BACK",
        "BAD, after roll_back, ROLLED_BACK",
        "RESTORED, before restore, UNTOUCHED",
        "RESTORED, after restore, ROLLED_BACK",
        "RESTORED, after migrate, ROLLED_BACK",
        "RESTORED, before probe, KEPT",
        "RESTORED_BAD, rolling back, ROLLED_BACK",
        "RESTORED_BAD, before roll_back, ROLLED_BACK",
        "RESTORED_BAD, after roll_back, ROLLED_BACK"
    })
    void whoDiesBetweenTwoStepsIsRecovered(Form form, String dies, Outcome outcome) throws Exception {
        String before = server.content("app");
        assertThat(start(form, dies).waitFor())
                .as(() -> read(directory.resolve("log")))
                .isEqualTo(137);

        GuardReport report = recovers(form);
        assertThat(report.outcome()).isEqualTo(outcome);
        if (outcome == Outcome.KEPT) {
            assertThat(sql("app", "SELECT count(*) = " + (form == Form.GOOD ? 10 : 2) + " FROM users"))
                    .isEqualTo("t");
            assertThat(sql("app", "SELECT count(mail) FROM users")).isEqualTo("0");
        } else {
            assertThat(server.content("app")).isEqualTo(before);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoIsKilledInTheMiddleOfAMigrationIsRolledBack() throws Exception {
        String before = server.content("app");
        Files.writeString(files().resolve("2.sql"), "DELETE FROM users; " + HANG);
        killWhen(Form.GOOD, () -> sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                .equals("1"));
        GuardReport report = recovers(Form.GOOD);
        assertThat(report.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(server.content("app")).isEqualTo(before);
    }

    @Test
    void whoIsKilledInTheMiddleOfARestoreHasChangedNothing() throws Exception {
        String before = server.content("app");
        Process child = start(Form.RESTORED, "by a signal");
        Files.writeString(directory.resolve("dump.sql"), "CREATE TABLE users (id int);\n" + HANG + ";\n");
        try {
            Aftermath.eventually(
                    () -> child.isAlive()
                            ? sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                            : "it ended",
                    "1");
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(recovers(Form.RESTORED).outcome()).isEqualTo(Outcome.UNTOUCHED);
        assertThat(server.content("app")).isEqualTo(before);
    }

    @Test
    void aCommandThatHasOutlivedItsStarterIsEnded() throws Exception {
        killWhen(Form.COMMAND, DeployRecoveryIT::sleeps);
        assertThat(sleeps()).isTrue();
        assertThat(recovers(Form.COMMAND).outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(sleeps()).isFalse();
    }

    private static boolean sleeps() {
        return ProcessHandle.allProcesses()
                .anyMatch(each -> each.info().commandLine().orElse("").endsWith("sleep 61234"));
    }
}
