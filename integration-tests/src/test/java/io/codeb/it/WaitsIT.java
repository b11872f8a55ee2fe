package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.CreateRequest;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a server does not do in time is given up, ended on the server too, and it is told what was in the way. */
@Timeout(180)
class WaitsIT {
    private static final String DATABASE = "waited_for";
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private PostgresServer server;
    private CodeB codeb;

    void open(int major) {
        server = PostgresServer.shared(major);
        codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project("postgres"))
                .build();
        server.createDatabase(DATABASE);
    }

    @AfterEach
    void close() {
        codeb.close();
        server.sql("postgres", "DROP DATABASE IF EXISTS " + DATABASE);
        Aftermath.serverIsClean(server);
        Aftermath.noThreadIsLeft();
    }

    private void isThere(String database, boolean there) {
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'"))
                .isEqualTo(there ? "1" : "0");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 15, 18})
    void aDropThatWaitsForALockSaysWhoHoldsIt(int major) throws SQLException {
        open(major);
        try (Connection holder = server.connect("postgres", PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("COMMENT ON DATABASE " + DATABASE + " IS 'held'");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.databases()
                    .drop(DropRequest.of("shop", DATABASE).timeout(SHORT)));

            assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
            assertThat(failure)
                    .hasMessageContaining("within 2 s")
                    .hasMessageContaining("waits for Lock object")
                    .hasMessageContaining("worker, idle in transaction")
                    .hasMessageContaining("afterwards the database is there");
            Aftermath.serverIsClean(server);
            holder.rollback();
        }
        isThere(DATABASE, true);
        assertThat(codeb.databases().drop(DropRequest.of("shop", DATABASE)).name())
                .isEqualTo(DATABASE);
        isThere(DATABASE, false);
    }

    @Test
    void aCreationThatWaitsForAnotherSessionSaysWhoThatIs() throws SQLException {
        open(15);
        try (Connection holder = server.connect("postgres", PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(hashtext('not_yet'))");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.databases()
                    .create(CreateRequest.of("shop", "not_yet").timeout(SHORT)));

            assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
            assertThat(failure)
                    .hasMessageContaining("waits for Lock advisory")
                    .hasMessageContaining("worker, idle")
                    .hasMessageContaining("afterwards there is no such database");
        }
        isThere("not_yet", false);
    }

    /** The session that could tell what is in the way waits for the same: it is not waited for either. */
    @Test
    void aServerThatAnswersNobodyIsGivenUpToo() throws SQLException {
        open(15);
        try (Connection holder = server.connect("postgres", PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE pg_database");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.databases()
                    .drop(DropRequest.of("shop", DATABASE).timeout(SHORT)));

            assertThat(failure.code()).isIn(ErrorCode.QUERY_TIMEOUT, ErrorCode.SERVER_UNREACHABLE);
            holder.rollback();
        }
        isThere(DATABASE, true);
    }

    /** What takes as long as the data are many is not ended, but who wonders finds in the log why it stands still. */
    @Test
    void aRestoreThatALockHoldsUpLogsWhoHoldsIt() throws Exception {
        open(15);
        server.sql(DATABASE, "CREATE TABLE t (id integer)");
        CountDownLatch told = new CountDownLatch(1);
        AppenderBase<ILoggingEvent> log = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (tellsOfTheLock(event.getFormattedMessage())) {
                    told.countDown();
                }
            }
        };
        Logger logger = (Logger) LoggerFactory.getLogger("io.codeb.postgresql");
        logger.setLevel(Level.WARN);
        log.start();
        logger.addAppender(log);
        try (Connection holder = server.connect(DATABASE, PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            Path rows = directory.resolve("rows.sql");
            Files.writeString(rows, "COPY public.t (id) FROM stdin;\n1\n2\n\\.\n");
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN SHARE MODE");

            Run<RestoreResult> run = codeb.start(
                    RestoreRequest.ofFile(rows).onProject("shop").into(DATABASE).intoExisting());
            assertThat(told.await(2, TimeUnit.MINUTES)).isTrue();
            assertThat(run.result()).isNotDone();
            holder.rollback();

            assertThat(run.result().join().totalRows()).isEqualTo(2);
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }
    }

    @Test
    void aRestoreThatALockHoldsUpForTooLongIsGivenUpAndChangesNothing() throws Exception {
        open(15);
        server.sql(DATABASE, "CREATE TABLE t (id integer)");
        Path rows = directory.resolve("rows.sql");
        Files.writeString(rows, "COPY public.t (id) FROM stdin;\n1\n2\n\\.\n");
        try (CodeB hurried = CodeB.builder()
                        .repository(BackupRepository.at(directory.resolve("repository")))
                        .project(server.project("postgres").idleLimit(Duration.ofSeconds(4)))
                        .build();
                Connection holder = server.connect(DATABASE, PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN SHARE MODE");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> hurried.restores()
                    .run(RestoreRequest.ofFile(rows)
                            .onProject("shop")
                            .into(DATABASE)
                            .intoExisting()));

            assertThat(failure.code()).isEqualTo(ErrorCode.LOCK_TIMEOUT);
            assertThat(failure).satisfies(told -> assertThat(tellsOfTheLock(String.valueOf(told.getMessage())))
                    .as("%s", told)
                    .isTrue());
            Aftermath.serverIsClean(server);
            holder.rollback();
        }
        assertThat(server.sql(DATABASE, "SELECT count(*) FROM t")).isEqualTo("0");
    }

    private static boolean tellsOfTheLock(String line) {
        return line.startsWith("nothing has moved for")
                && line.contains("waits for Lock relation, which is held by process")
                && line.contains("worker, idle in transaction");
    }

    /** Over a connection, and through psql in the container: under its own name there, nothing is known of it here. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQueryThatALockKeepsFromItsAnswerSaysWhoHoldsIt(boolean overAConnection) throws SQLException {
        open(15);
        server.sql(DATABASE, "CREATE TABLE t (id integer)");
        Project project = server.project(DATABASE);
        String nameInside = server.container().getContainerId().substring(0, 12);
        try (CodeB asking = CodeB.builder()
                        .repository(BackupRepository.at(directory.resolve("repository")))
                        .project(overAConnection ? project : project.server(nameInside, 5432))
                        .build();
                Connection holder = server.connect(DATABASE, PostgresServer.USER);
                Statement statement = holder.createStatement();
                Connection another = server.connect(DATABASE, PostgresServer.USER);
                Statement waiting = another.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE t");
            statement.execute("SELECT pg_advisory_xact_lock(1)");
            waiting.execute("SET application_name = 'codeb'");
            CompletableFuture<Void> anothersWait =
                    CompletableFuture.runAsync(() -> executed(waiting, "SELECT pg_advisory_xact_lock(1)"));

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> asking.databases()
                    .query(QueryRequest.of("shop", "SELECT * FROM t").timeout(Duration.ofSeconds(8))));
            assertThat(anothersWait).as("what another CodeB waits for").isNotDone();

            assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
            assertThat(failure)
                    .hasMessageContaining("waits for Lock relation, which is held by process")
                    .hasMessageContaining("worker, idle in transaction")
                    .as("nothing of the other one's")
                    .hasMessageNotContaining("advisory");
            holder.rollback();
            anothersWait.join();
        }
    }

    private static void executed(Statement statement, String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The server waits five seconds for others to leave, each time that it is asked. */
    @Test
    void aDropThatIsTriedAgainAndAgainHasItsTimeOnce() throws SQLException {
        open(15);
        server.sql("postgres", "CREATE ROLE keeper LOGIN CREATEDB PASSWORD $$" + PostgresServer.PASSWORD + "$$");
        server.sql("postgres", "ALTER DATABASE " + DATABASE + " OWNER TO keeper");
        Duration time = Duration.ofSeconds(13);
        long begun = System.nanoTime();
        try (CodeB keepers = CodeB.builder()
                        .repository(BackupRepository.at(directory.resolve("repository")))
                        .project(server.project("postgres").user("keeper"))
                        .build();
                Connection outOfReach = server.connect(DATABASE, PostgresServer.USER)) {
            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> keepers.databases()
                    .drop(DropRequest.of("shop", DATABASE).disconnecting().timeout(time)));

            assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_IN_USE);
            assertThat(failure)
                    .hasMessageContaining(PostgresServer.USER + " (process")
                    .hasMessageContaining("worker");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(time.multipliedBy(3));
            assertThat(outOfReach.isValid(5)).isTrue();
        } finally {
            server.sql("postgres", "ALTER DATABASE " + DATABASE + " OWNER TO " + PostgresServer.USER);
            server.sql("postgres", "DROP ROLE keeper");
        }
    }
}
