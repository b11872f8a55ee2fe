package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RecoveryReport;
import io.codeb.RestoreRequest;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.ContainerCommand;
import io.codeb.model.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A command changes what was restored before anybody sees it, or nothing is kept of the restore. */
@Timeout(180)
class AfterLoadCommandIT {
    private static final String ANONYMIZE =
            "psql -X -q -v ON_ERROR_STOP=1 -c \"UPDATE customer SET name = '$NAME of ' || current_database()\"";

    /** Sleeps on, but not as what it was asked for. */
    private static final String SLEEP = "echo $$ > \"$MARK\"; exec sleep 600";

    private static HostPostgres server;

    @TempDir
    Path directory;

    /** The restore that is killed. */
    public static void main(String[] args) {
        Project project = HostPostgres.project(Integer.parseInt(args[0]), "app");
        try (CodeB codeb = codeb(project, Path.of(args[1]))) {
            codeb.restores()
                    .run(RestoreRequest.of(new BackupId(args[2])).into("copy").afterLoad(sleeping(Path.of(args[3]))));
        }
    }

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        server.sql("postgres", "CREATE DATABASE app");
        server.sql("app", "CREATE TABLE customer AS SELECT 'Kim' AS name");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void dropCopy() {
        server.sql("postgres", "DROP DATABASE IF EXISTS copy");
    }

    @AfterEach
    void nothingIsLeft() {
        Aftermath.noThreadIsLeft();
        assertThat(databases("codeb%")).isEmpty();
        assertThat(Aftermath.filesBelow(repository().resolve("_runs"))).isEmpty();
    }

    private static CodeB codeb(Project project, Path repository) {
        return CodeB.builder()
                .repository(BackupRepository.at(repository))
                .project(project)
                .build();
    }

    private CodeB codeb() {
        return codeb(server.project("app"), repository());
    }

    private Path repository() {
        return directory.resolve("repository");
    }

    private static String databases(String like) {
        return server.sql(
                "postgres", "SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE '" + like + "'");
    }

    private static ContainerCommand shell(String script) {
        return ContainerCommand.of("sh", "-c", "PATH=" + server.programs() + ":$PATH; " + script);
    }

    private static ContainerCommand sleeping(Path mark) {
        return ContainerCommand.of("sh", "-c", SLEEP).with("MARK", Secret.of(mark.toString()));
    }

    private static CodeBException failure(CodeB codeb, RestoreRequest request) {
        return catchThrowableOfType(CodeBException.class, () -> codeb.restores().run(request));
    }

    @Test
    void itRunsBehindTheStatementsInADatabaseThatNobodySees() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            codeb.restores()
                    .run(RestoreRequest.of(backup)
                            .into("copy")
                            .afterLoad("ALTER TABLE customer ADD CHECK (name <> '')")
                            .afterLoad(shell(ANONYMIZE).with("NAME", Secret.of("nobody")))
                            .afterLoad(shell("psql -X -q -c \"CREATE TABLE seen AS SELECT count(*) FROM pg_constraint"
                                    + " WHERE conrelid = 'customer'::regclass\"")));
        }
        assertThat(server.sql("copy", "SELECT name FROM customer")).startsWith("nobody of codeb_new_");
        assertThat(server.sql("copy", "SELECT count FROM seen")).isEqualTo("1");
    }

    @Test
    void oneThatFailsLeavesNothingAndTellsWhatItSaidWithoutSecrets() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            ContainerCommand failing = shell("echo said; echo \"complained of $SALT and $PGPASSWORD\" >&2; exit 3")
                    .with("SALT", Secret.of("salt 4711"));

            CodeBException failure =
                    failure(codeb, RestoreRequest.of(backup).replacing().afterLoad(failing));

            assertThat(failure.code()).isEqualTo(ErrorCode.COMMAND_FAILED);
            assertThat(failure)
                    .hasMessageContaining("status 3")
                    .hasMessageContaining("said")
                    .hasMessageContaining("complained of *** and ***");
            assertThat(failure.toString()).doesNotContain("4711").doesNotContain(HostPostgres.PASSWORD);
            assertThat(server.sql("app", "SELECT name FROM customer")).isEqualTo("Kim");
        }
    }

    @Test
    void oneThatTakesTooLongIsKilledAndSoIsOneThatIsCancelled() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            Path mark = directory.resolve("mark");
            RestoreRequest request = RestoreRequest.of(backup).into("copy");

            CodeBException failure =
                    failure(codeb, request.afterLoad(sleeping(mark).within(Duration.ofMillis(500))));
            assertThat(failure.code()).as(failure.toString()).isEqualTo(ErrorCode.EXEC_TIMEOUT);
            assertThat(failure).hasMessageContaining("500 ms");
            hasEnded(mark);

            Cancellation cancellation = new Cancellation();
            Path other = directory.resolve("other");
            Thread canceller = new Thread(() -> {
                Aftermath.eventually(() -> Files.exists(other), true);
                cancellation.cancel("enough");
            });
            canceller.start();
            assertThat(catchThrowableOfType(CancelledException.class, () -> codeb.restores()
                            .run(request.afterLoad(sleeping(other)), cancellation)))
                    .isNotNull();
            hasEnded(other);
            assertThat(databases("copy")).isEmpty();
        }
    }

    private static void hasEnded(Path mark) {
        Aftermath.eventually(
                () -> ProcessHandle.of(pid(mark)).map(ProcessHandle::isAlive).orElse(false), false);
    }

    private static long pid(Path mark) {
        try {
            return Long.parseLong(Files.readString(mark).strip());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneWhoseRestoreWasKilledIsEndedByRecovering() throws Exception {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            Path mark = directory.resolve("mark");
            Process child = ChildJvm.start(
                    AfterLoadCommandIT.class,
                    directory.resolve("log"),
                    Integer.toString(server.port()),
                    repository().toString(),
                    backup.value(),
                    mark.toString());
            try {
                Aftermath.eventually(() -> Files.exists(mark) && !isEmpty(mark), true);
            } finally {
                child.destroyForcibly().waitFor();
            }

            RecoveryReport report = codeb.restores().recover();

            assertThat(report.ok()).isTrue();
            assertThat(report.restores()).hasSize(1);
            hasEnded(mark);
            assertThat(databases("copy")).isEmpty();
        }
    }

    private static boolean isEmpty(Path file) {
        try {
            return Files.size(file) == 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDatabaseThatExistsTakesNone() {
        server.sql("postgres", "CREATE DATABASE copy");
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            CodeBException failure = failure(
                    codeb,
                    RestoreRequest.of(backup).into("copy").intoExisting().afterLoad(ContainerCommand.of("true")));
            assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        }
    }

    @Test
    void itRunsInTheContainerOfTheServerOrInAnother() {
        PostgresServer source = PostgresServer.shared(15);
        PostgresServer tools = PostgresServer.shared(17);
        Project project = source.project();
        source.createDatabase(project.database());
        source.sql(project.database(), "CREATE TABLE customer AS SELECT 'Kim' AS name");
        String copy = project.database() + "_copy";
        String address = source.container().getContainerInfo().getNetworkSettings().getNetworks().values().stream()
                .map(network -> String.valueOf(network.getIpAddress()))
                .findFirst()
                .orElseThrow();
        ContainerCommand command = ContainerCommand.of("sh", "-c", ANONYMIZE).with("NAME", Secret.of("nobody"));
        try (CodeB codeb = codeb(project, repository())) {
            BackupId backup = codeb.backups().run("shop").id();
            RestoreRequest request = RestoreRequest.of(backup).into(copy).replacing(Duration.ZERO);

            codeb.restores().run(request.afterLoad(command));
            assertThat(source.sql(copy, "SELECT name FROM customer")).startsWith("nobody of codeb_new_");

            String id = tools.container().getContainerId();
            ContainerCommand elsewhere = command.in(id).reaching(address, 5432).with("NAME", Secret.of("somebody"));
            codeb.restores().run(request.afterLoad(elsewhere));
            assertThat(source.sql(copy, "SELECT name FROM customer")).startsWith("somebody of codeb_new_");

            assertThat(failure(codeb, request.afterLoad(command.in(id))).code()).isEqualTo(ErrorCode.CONFIG_INVALID);
            assertThat(failure(codeb, request.afterLoad(elsewhere.in("not-there")))
                            .code())
                    .isEqualTo(ErrorCode.CONTAINER_NOT_FOUND);
            assertThat(source.sql(copy, "SELECT name FROM customer")).startsWith("somebody of codeb_new_");
            source.sql("postgres", "DROP DATABASE " + copy);
        }
        Aftermath.serverIsClean(source);
    }
}
