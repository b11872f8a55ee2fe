package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.DropRequest;
import io.codeb.Project;
import io.codeb.QueryRequest;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.Run;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server of which a process stands still, or all of it with its container: whoever waits for it is told so in the
 * time that he has, with what was waited for, and nothing is left; what has all the time in the world goes on when it
 * does.
 */
@Timeout(240)
class StandstillIT {
    private static final String DATABASE = "stands_still";

    private static PostgresServer server;

    @TempDir
    Path directory;

    private CodeB codeb;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start("postgres:15");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        codeb = codeb(server.project(DATABASE));
        server.createDatabase(DATABASE);
    }

    private CodeB codeb(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(project)
                .build();
    }

    @AfterEach
    void close() {
        codeb.close();
        Aftermath.serverIsClean(server);
        server.sql("postgres", "DROP DATABASE IF EXISTS " + DATABASE);
        Aftermath.noThreadIsLeft();
    }

    /** Under its own name in the container, nothing is known here of where the server can be reached. */
    private static Project reached(boolean overAConnection) {
        Project project = server.project(DATABASE);
        return overAConnection
                ? project
                : project.server(server.container().getContainerId().substring(0, 12), 5432);
    }

    /** Waits for the process of the server that is at work on something for CodeB. */
    private static String process(String work) {
        String query =
                "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'codeb%' AND pid <> pg_backend_pid()"
                        + " AND state = 'active' AND wait_event IS NOT NULL AND query LIKE '" + work + "%'";
        String found = server.sql("postgres", query);
        while (found.isEmpty()) {
            found = server.sql("postgres", query);
        }
        return found;
    }

    private static void signal(String signal, String process) {
        server.run("sh", "-c", "kill -" + signal + " " + process);
    }

    private static CodeBException failure(CompletableFuture<?> work) {
        return (CodeBException)
                catchThrowableOfType(CompletionException.class, work::join).getCause();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQueryWhoseProcessStandsStillIsGivenUpWithWhatItWaitedFor(boolean overAConnection) {
        try (CodeB asking = codeb(reached(overAConnection))) {
            CompletableFuture<?> query = CompletableFuture.supplyAsync(() -> asking.databases()
                    .query(QueryRequest.of("shop", "SELECT pg_sleep(60)").timeout(Duration.ofSeconds(8))));
            String process = process("EXECUTE");
            signal("STOP", process);
            try {
                CodeBException failure = failure(query);

                assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
                assertThat(failure)
                        .hasMessageContaining("has not answered within " + (overAConnection ? "18 s" : "38 s"))
                        .hasMessageContaining(
                                "process " + process + " in database " + DATABASE + " waits for Timeout PgSleep");
            } finally {
                signal("CONT", process);
            }
        }
    }

    @Test
    void aDropWhoseProcessStandsStillIsGivenUpWithWhatItWaitedFor() throws SQLException {
        try (CodeB admin = codeb(server.project("postgres"));
                Connection holder = server.connect("postgres", PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("COMMENT ON DATABASE " + DATABASE + " IS 'held'");
            CompletableFuture<?> drop = CompletableFuture.supplyAsync(() ->
                    admin.databases().drop(DropRequest.of("shop", DATABASE).timeout(Duration.ofSeconds(8))));
            String process = process("DROP DATABASE");
            signal("STOP", process);
            try {
                CodeBException failure = failure(drop);

                assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
                assertThat(failure)
                        .hasMessageContaining("within 8 s: process " + process)
                        .hasMessageContaining("waits for Lock object, which is held by process")
                        .hasMessageContaining("afterwards the database is there");
            } finally {
                signal("CONT", process);
            }
            Aftermath.serverIsClean(server);
            holder.rollback();
        }
        assertThat(server.sql("postgres", "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'"))
                .isEqualTo("1");
    }

    private Run<RestoreResult> restoreThatWaits(Statement holder) throws Exception {
        Path rows = directory.resolve("rows.sql");
        Files.writeString(rows, "COPY public.t (id) FROM stdin;\n1\n2\n\\.\n");
        holder.getConnection().setAutoCommit(false);
        holder.execute("LOCK TABLE t IN SHARE MODE");
        return codeb.start(
                RestoreRequest.ofFile(rows).onProject("shop").into(DATABASE).intoExisting());
    }

    @Test
    void aRestoreWhoseProcessStandsStillGoesOnWhenThatDoes() throws Exception {
        server.sql(DATABASE, "CREATE TABLE t (id integer)");
        try (Connection holder = server.connect(DATABASE, PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            Run<RestoreResult> run = restoreThatWaits(statement);
            String process = process("COPY");
            signal("STOP", process);
            try {
                holder.rollback();
                assertThat(run.result()).isNotDone();
            } finally {
                signal("CONT", process);
            }
            assertThat(run.result().join().totalRows()).isEqualTo(2);
        }
    }

    @Test
    void aRestoreWhoseContainerIsPausedGoesOnWhenThatDoes() throws Exception {
        server.sql(DATABASE, "CREATE TABLE t (id integer)");
        try (Connection holder = server.connect(DATABASE, PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            Run<RestoreResult> run = restoreThatWaits(statement);
            assertThat(process("COPY")).isNotEmpty();
            server.pause();
            try {
                assertThat(run.result()).isNotDone();
            } finally {
                server.unpause();
            }
            holder.rollback();
            assertThat(run.result().join().totalRows()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQueryWhoseContainerIsPausedIsGivenUp(boolean overAConnection) {
        try (CodeB asking = codeb(reached(overAConnection))) {
            CompletableFuture<?> query = CompletableFuture.supplyAsync(() -> asking.databases()
                    .query(QueryRequest.of("shop", "SELECT pg_sleep(60)").timeout(Duration.ofSeconds(8))));
            assertThat(process("EXECUTE")).isNotEmpty();
            server.pause();
            try {
                CodeBException failure = failure(query);
                assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
                assertThat(failure)
                        .hasMessageContaining("has not answered within " + (overAConnection ? "18 s" : "38 s"))
                        .hasMessageContaining("nobody knew what it waits for: container")
                        .hasMessageContaining("is paused");
            } finally {
                server.unpause();
            }
        }
    }

    @Test
    void aDropWhoseContainerIsPausedIsGivenUp() throws SQLException {
        try (CodeB admin = codeb(server.project("postgres"));
                Connection holder = server.connect("postgres", PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("COMMENT ON DATABASE " + DATABASE + " IS 'held'");
            CompletableFuture<?> drop = CompletableFuture.supplyAsync(() ->
                    admin.databases().drop(DropRequest.of("shop", DATABASE).timeout(Duration.ofSeconds(8))));
            assertThat(process("DROP DATABASE")).isNotEmpty();
            server.pause();
            try {
                CodeBException failure = failure(drop);
                assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
                assertThat(failure)
                        .hasMessageContaining("within 8 s: nobody knows what it waits for: container")
                        .hasMessageContaining("is paused")
                        .hasMessageContaining("it cannot be told whether the database is there");
            } finally {
                server.unpause();
            }
            holder.rollback();
        }
    }

    @Test
    void whatIsAskedOfAPausedContainerIsRefused() {
        server.pause();
        try {
            CodeBException query = catchThrowableOfType(
                    CodeBException.class, () -> codeb.databases().query(QueryRequest.of("shop", "SELECT 1")));
            CodeBException backup = catchThrowableOfType(
                    CodeBException.class, () -> codeb.backups().run("shop"));

            assertThat(query.code()).isEqualTo(ErrorCode.CONTAINER_NOT_RUNNING);
            assertThat(query).hasMessageContaining("is paused");
            assertThat(backup.code()).isEqualTo(ErrorCode.CONTAINER_NOT_RUNNING);
            assertThat(backup).hasMessageContaining("is paused");
            Aftermath.repositoryIsEmpty(directory.resolve("repository"));
        } finally {
            server.unpause();
        }
    }
}
