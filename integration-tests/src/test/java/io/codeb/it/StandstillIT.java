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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server of which a process stands still, or all of it with its container: whoever waits for it is told so in the
 * time that he has, with what was waited for, and nothing is left; what has all the time in the world goes on when it
 * does.
 */
@Timeout(240)
class StandstillIT {
    private static final String DATABASE = "stands_still";
    private static final String DROPPED = "stands_still_dropped";

    /** Within it, all of them have begun to wait; over a connection ten seconds more are waited, for psql thirty. */
    private static final Duration LIMIT = Duration.ofSeconds(12);

    private static final Duration A_BREAK = Duration.ofMillis(20);

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
        server.createDatabase(DROPPED);
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
        server.sql("postgres", "DROP DATABASE IF EXISTS " + DROPPED);
        Aftermath.noThreadIsLeft();
    }

    /** Waits for the process of the server that is at work on something for CodeB, and is none of those. */
    private static String process(PostgresServer server, String work, String... others) {
        String query =
                "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'codeb%' AND pid <> pg_backend_pid()"
                        + " AND state = 'active' AND wait_event IS NOT NULL AND query LIKE '" + work + "%'"
                        + " AND pid <> ALL ('{" + String.join(",", others) + "}') LIMIT 1";
        String found = server.sql("postgres", query);
        while (found.isEmpty()) {
            LockSupport.parkNanos(A_BREAK.toNanos());
            found = server.sql("postgres", query);
        }
        return found;
    }

    private static void signal(PostgresServer server, String signal, String... processes) {
        server.run("sh", "-c", "kill -" + signal + " " + String.join(" ", processes));
    }

    /** On a thread of its own: what stands still is waited for at the same time. */
    private static <T> CompletableFuture<T> begin(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, command -> new Thread(command).start());
    }

    private static CodeBException failure(CompletableFuture<?> work) {
        return (CodeBException)
                catchThrowableOfType(CompletionException.class, work::join).getCause();
    }

    /** Who waits for a server: a query over a connection, one of psql's, and a drop that somebody holds up. */
    private final class Waiters implements AutoCloseable {
        private final CodeB connected;
        private final CodeB programs;
        private final CodeB admin;
        private final Connection holder;

        Waiters(PostgresServer server) {
            connected = codeb(server.project(DATABASE));
            // Under its own name in the container, nothing is known here of where the server can be reached.
            programs = codeb(server.project(DATABASE)
                    .server(server.container().getContainerId().substring(0, 12), 5432));
            admin = codeb(server.project("postgres"));
            try {
                holder = server.connect("postgres", PostgresServer.USER);
                holder.setAutoCommit(false);
                try (Statement statement = holder.createStatement()) {
                    statement.execute("COMMENT ON DATABASE " + DROPPED + " IS 'held'");
                }
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }

        CompletableFuture<?> query() {
            return query(connected);
        }

        CompletableFuture<?> psqls() {
            return query(programs);
        }

        private CompletableFuture<?> query(CodeB codeb) {
            return begin(() -> codeb.databases()
                    .query(QueryRequest.of("shop", "SELECT pg_sleep(60)").timeout(LIMIT)));
        }

        CompletableFuture<?> drop() {
            return begin(
                    () -> admin.databases().drop(DropRequest.of("shop", DROPPED).timeout(LIMIT)));
        }

        @Override
        public void close() {
            try {
                holder.close();
            } catch (SQLException e) {
                throw new AssertionError(e);
            } finally {
                connected.close();
                programs.close();
                admin.close();
            }
        }
    }

    @Test
    void whoeverWaitsForAServerThatStandsStillGivesUpWithWhatItWaitedFor() {
        try (PostgresServer another = PostgresServer.start("postgres:15")) {
            another.createDatabase(DATABASE);
            another.createDatabase(DROPPED);
            CompletableFuture<?> paused = begin(() -> {
                whoeverWaitsForAPausedContainerGivesUp(another);
                return true;
            });
            whoeverWaitsForAProcessGivesUp();
            paused.join();
        }
    }

    private void whoeverWaitsForAProcessGivesUp() {
        try (Waiters waiters = new Waiters(server)) {
            CompletableFuture<?> query = waiters.query();
            String connected = process(server, "EXECUTE");
            signal(server, "STOP", connected);
            CompletableFuture<?> psqls = waiters.psqls();
            String ofPsql = process(server, "EXECUTE", connected);
            signal(server, "STOP", ofPsql);
            CompletableFuture<?> drop = waiters.drop();
            String dropping = process(server, "DROP DATABASE");
            signal(server, "STOP", dropping);
            try {
                CodeBException dropped = failure(drop);
                assertThat(dropped.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
                assertThat(dropped)
                        .hasMessageContaining("within 12 s: process " + dropping)
                        .hasMessageContaining("waits for Lock object, which is held by process")
                        .hasMessageContaining("afterwards the database is there");

                givenUp(failure(query), "22 s", connected);
                givenUp(failure(psqls), "42 s", ofPsql);
            } finally {
                signal(server, "CONT", connected, ofPsql, dropping);
            }
            Aftermath.serverIsClean(server);
        }
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + DROPPED + "'"))
                .isEqualTo("1");
    }

    private static void givenUp(CodeBException failure, String within, String process) {
        assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
        assertThat(failure)
                .hasMessageContaining("has not answered within " + within)
                .hasMessageContaining("process " + process + " in database " + DATABASE + " waits for Timeout PgSleep");
    }

    private void whoeverWaitsForAPausedContainerGivesUp(PostgresServer another) {
        try (Waiters waiters = new Waiters(another)) {
            CompletableFuture<?> query = waiters.query();
            CompletableFuture<?> psqls = waiters.psqls();
            CompletableFuture<?> drop = waiters.drop();
            assertThat(process(another, "EXECUTE", process(another, "EXECUTE"))).isNotEmpty();
            assertThat(process(another, "DROP DATABASE")).isNotEmpty();
            another.pause();
            try {
                CodeBException dropped = failure(drop);
                assertThat(dropped.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
                assertThat(dropped)
                        .hasMessageContaining("within 12 s: nobody knows what it waits for: container")
                        .hasMessageContaining("is paused")
                        .hasMessageContaining("it cannot be told whether the database is there");

                givenUpPaused(failure(query), "22 s");
                givenUpPaused(failure(psqls), "42 s");
            } finally {
                another.unpause();
            }
        }
    }

    private static void givenUpPaused(CodeBException failure, String within) {
        assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
        assertThat(failure)
                .hasMessageContaining("has not answered within " + within)
                .hasMessageContaining("nobody knew what it waits for: container")
                .hasMessageContaining("is paused");
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
            String process = process(server, "COPY");
            signal(server, "STOP", process);
            try {
                holder.rollback();
                assertThat(run.result()).isNotDone();
            } finally {
                signal(server, "CONT", process);
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
            assertThat(process(server, "COPY")).isNotEmpty();
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
