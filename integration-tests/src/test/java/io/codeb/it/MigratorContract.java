package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.deploy.DeployCommand;
import io.codeb.deploy.DeployGuard;
import io.codeb.deploy.GuardFailedException;
import io.codeb.deploy.GuardReport;
import io.codeb.deploy.GuardReport.Outcome;
import io.codeb.deploy.GuardRequest;
import io.codeb.deploy.Migration;
import io.codeb.deploy.MigrationStatus;
import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is true of every tool that migrates under the guard: the real one, beside a real server. */
@Timeout(180)
abstract class MigratorContract {
    /** Its first statement can be done, its second one cannot. */
    static final String HALF = "CREATE TABLE half (n int);\nINSERT INTO nowhere VALUES (1);\n";

    private static HostPostgres server;

    @TempDir
    Path directory;

    CodeB codeb;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeApplication() throws IOException {
        sql("postgres", "CREATE DATABASE app");
        prepare();
        migration(1, "users", "CREATE TABLE users (id int);\nINSERT INTO users SELECT generate_series(1, 10);\n");
        codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project("app"))
                .build();
    }

    @AfterEach
    void nothingIsLeft() {
        codeb.close();
        Aftermath.dropKept(server::sql);
        sql("postgres", "DROP DATABASE app");
        Aftermath.noThreadIsLeft();
    }

    /** Makes the application as the tool wants it, without a migration. */
    abstract void prepare() throws IOException;

    /** Adds a migration, or changes it while it is not applied. */
    abstract void migration(int number, String name, String statements) throws IOException;

    /** How the tool names it. */
    abstract String named(int number, String name);

    /** The tool, connected to a database. */
    abstract Migration migrator(String database);

    /** What a message says of a tool that is connected to another one. */
    abstract String otherDatabase();

    static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    static int port() {
        return server.port();
    }

    static String content(String database) {
        return server.content(database);
    }

    /** A Java program's main class, with jars of its own. */
    static DeployCommand java(Path directory, String jars, String main, String... words) {
        String[] all = {
            "sh",
            "-c",
            "cd \"$0\" && exec \"$@\"",
            directory.toString(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            jars,
            main
        };
        List<String> command = new ArrayList<>(List.of(all));
        command.addAll(List.of(words));
        return DeployCommand.onHost(command.toArray(String[]::new));
    }

    GuardRequest request() {
        return GuardRequest.of("shop").migrate(migrator("app"));
    }

    GuardReport deployed() {
        GuardReport report = DeployGuard.of(codeb).run(request());
        assertThat(report.outcome()).isEqualTo(Outcome.KEPT);
        return report;
    }

    GuardFailedException failure(GuardRequest request) {
        GuardFailedException failure = catchThrowableOfType(
                GuardFailedException.class, () -> DeployGuard.of(codeb).run(request));
        assertThat(failure).isNotNull();
        assertThat(failure.code()).isEqualTo(ErrorCode.MIGRATION_FAILED);
        return failure;
    }

    GuardFailedException failure() {
        return failure(request());
    }

    void put(String path, String content) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @Test
    void whatIsPendingIsAppliedAndTold() throws IOException {
        String first = named(1, "users");
        assertThat(deployed().migrations()).singleElement().satisfies(each -> {
            assertThat(each.before()).isEqualTo(MigrationStatus.of(List.of(), List.of(first)));
            assertThat(each.after()).isEqualTo(MigrationStatus.of(List.of(first), List.of()));
        });

        migration(2, "mail", "ALTER TABLE users ADD mail text;\n");
        migration(3, "name", "ALTER TABLE users ADD name text;\n");
        GuardReport next = deployed();
        assertThat(next.migrations().get(0).before().pending()).containsExactly(named(2, "mail"), named(3, "name"));
        assertThat(next.migrations().get(0).after().head()).contains(named(3, "name"));

        assertThat(deployed().migrations().get(0).before().pending()).isEmpty();
    }

    @Test
    void oneThatFailsHalfWayIsRolledBackAndNothingIsToBeResolved() throws IOException {
        deployed();
        String before = content("app");
        migration(2, "more", "CREATE TABLE more (n int);\n");
        migration(3, "half", HALF);

        GuardFailedException failure = failure();
        assertThat(failure).hasMessageContaining("nowhere");
        assertThat(failure.report().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(content("app")).isEqualTo(before);

        migration(3, "half", "CREATE TABLE half (n int);\n");
        deployed();
    }

    @Test
    void oneThatIsConnectedToAnotherDatabaseIsRefused() {
        sql("postgres", "CREATE DATABASE other");
        try {
            GuardFailedException failure = failure(GuardRequest.of("shop").migrate(migrator("other")));
            assertThat(failure).hasMessageContaining(otherDatabase());
            assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
            assertThat(sql("other", "SELECT count(*) FROM pg_class WHERE relname = 'users'"))
                    .isEqualTo("0");
        } finally {
            sql("postgres", "DROP DATABASE other");
        }
    }
}
