package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.EntryKind;
import io.codeb.model.RestoreMode;
import io.codeb.model.Secret;
import io.codeb.model.Selection;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.tck.engine.MemoryDump;
import io.codeb.tck.fault.FaultyRuntime;
import io.codeb.tck.fault.RuntimeFault;
import io.codeb.tck.io.BytesSource;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The stream between the runtime and us is cut at every class of byte: no dump is whole then, and no restore is kept.
 */
class CutStreamIT {
    private static final String DATABASE = "cut_stream";

    private static PostgresServer server;
    private static ContainerRuntime podman;
    private static DatabaseEngine engine;
    private static byte[] dump;

    @BeforeAll
    static void makeDatabase() {
        server = PostgresServer.shared(15);
        server.createDatabase(DATABASE);
        server.sql(
                DATABASE,
                "CREATE TABLE t AS SELECT g, 'row ' || g AS b FROM generate_series(1, 20) g;"
                        + " CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; COMMENT ON"
                        + " TABLE t IS 'it''s';"
                        + " SELECT lo_from_bytea(77, '\\xcafe')");
        podman = Installed.runtime(PostgresServer.runtime());
        engine = Installed.postgresql();
        MemoryDump whole = MemoryDump.taking();
        engine.dump(target(podman, DATABASE), SPEC, whole, new Cancellation());
        dump = whole.bytes(EntryKind.DUMP);
    }

    private static final DumpSpec SPEC = DumpSpec.of(Selection.EVERYTHING);

    @AfterAll
    static void close() {
        podman.close();
    }

    private static DatabaseTarget target(ContainerRuntime runtime, String database) {
        ToolHost tools =
                ToolHost.of(runtime, server.container().getContainerId()).withIdleLimit(Duration.ofMinutes(1));
        return ServerTarget.of(tools, 5432, PostgresServer.USER, Secret.of(PostgresServer.PASSWORD))
                .database(database);
    }

    /** One place of each kind: in comments, settings, definitions, a COPY's head, its rows, its end, behind it. */
    private static List<Long> places() {
        String text = new String(dump, StandardCharsets.UTF_8);
        List<Long> places = new ArrayList<>();
        for (String mark : List.of(
                "-- PostgreSQL database dump\n",
                "SET statement_timeout",
                "CREATE FUNCTION",
                "$$",
                "CREATE TABLE",
                "COPY public.t",
                "row 7",
                "\\.\n",
                "it''s",
                "lowrite",
                "COMMIT;",
                "database dump complete")) {
            int at = text.indexOf(mark);
            assertThat(at).as(mark).isNotNegative();
            places.add((long) at);
            places.add((long) at + mark.length() / 2);
        }
        places.add((long) dump.length - 1);
        return places;
    }

    @Test
    void aDumpThatIsCutAnywhereIsNone() {
        for (long place : places()) {
            FaultyRuntime cutting = FaultyRuntime.around(podman)
                    .with(RuntimeFault.cutOutputAt(place)
                            .ofCommands(spec -> spec.command().contains("--format=plain")));
            MemoryDump output = MemoryDump.taking();
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class,
                    () -> engine.dump(target(cutting, DATABASE), SPEC, output, new Cancellation()));
            assertThat(cutting.strikes()).isEqualTo(1);
            assertThat(failure).as("cut at %d", place).isNotNull();
            assertThat(failure.code()).isEqualTo(ErrorCode.EXEC_LOST);
            output.requireNoneFinished();
        }
        Aftermath.serverIsClean(server);
    }

    @Test
    void aRestoreThatIsCutAnywhereIsNotKept() {
        // Some of our own words go in before the script, and the restrict lines of the script do not; whoever cuts
        // behind the last answer cuts nothing.
        server.createDatabase("cut_existing");
        for (long place : places()) {
            for (RestoreMode mode : List.of(RestoreMode.NEW, RestoreMode.EXISTING)) {
                String database = mode == RestoreMode.NEW ? "cut_new" : "cut_existing";
                FaultyRuntime cutting = FaultyRuntime.around(podman)
                        .with(RuntimeFault.cutInputAt(Math.min(place + 200, dump.length - 300))
                                .ofCommands(spec -> spec.stdin()
                                        && !database.equals("postgres")
                                        && !"postgres".equals(spec.environment().get("PGDATABASE"))));
                CodeBException failure = failure(cutting, database, mode);
                assertThat(failure).as("%s, cut at %d", mode, place).isNotNull();
                assertThat(cutting.strikes())
                        .as("%s, cut at %d: %s", mode, place, failure)
                        .isEqualTo(1);
            }
        }
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'cut_new'"))
                .isEqualTo("0");
        assertThat(server.sql("cut_existing", "SELECT count(*) FROM pg_class WHERE relname = 't'"))
                .isEqualTo("0");
        assertThat(server.sql("cut_existing", "SELECT count(*) FROM pg_largeobject_metadata"))
                .isEqualTo("0");
        Aftermath.serverIsClean(server);
    }

    @Test
    void aNewDatabaseCountsThoughTheAnswerToItsRenamingIsLost() {
        FaultyRuntime losing = FaultyRuntime.around(podman).with(RuntimeFault.loseAnswerTo(" RENAME TO "));
        assertThat(restoredAllTheSame(losing, "answer_new", RestoreMode.NEW)).contains("answer-lost");
        assertThat(server.sql("answer_new", "SELECT count(*) FROM t")).isEqualTo("20");
        server.sql("postgres", "DROP DATABASE answer_new");
        Aftermath.serverIsClean(server);
    }

    @Test
    void aReplacedDatabaseCountsThoughTheAnswerToItsExchangeIsLost() {
        replaceLosing(" RENAME TO ", List.of("answer-lost"));
    }

    @Test
    void aDatabaseThatIsDroppedIsNotToldToBeLeftThoughTheAnswerIsLost() {
        replaceLosing("DROP DATABASE ", List.of());
    }

    private static void replaceLosing(String told, List<String> notices) {
        server.createDatabase("answer_replaced");
        server.sql("answer_replaced", "CREATE TABLE old (a int)");
        FaultyRuntime losing = FaultyRuntime.around(podman).with(RuntimeFault.loseAnswerTo(told));
        assertThat(restoredAllTheSame(losing, "answer_replaced", RestoreMode.REPLACING))
                .isEqualTo(notices);
        assertThat(server.sql("answer_replaced", "SELECT count(*) FROM t")).isEqualTo("20");
        assertThat(server.sql("answer_replaced", "SELECT count(*) FROM pg_class WHERE relname = 'old'"))
                .isEqualTo("0");
        server.sql("postgres", "DROP DATABASE answer_replaced");
        Aftermath.serverIsClean(server);
    }

    @Test
    void aTransactionCountsThoughTheAnswerToItsCommitIsLost() {
        server.createDatabase("answer_existing");
        FaultyRuntime losing = FaultyRuntime.around(podman)
                .with(RuntimeFault.loseAnswerTo("COMMIT;").ofCommands(spec -> "answer_existing"
                        .equals(spec.environment().get("PGDATABASE"))));
        assertThat(restoredAllTheSame(losing, "answer_existing", RestoreMode.EXISTING))
                .contains("answer-lost");
        assertThat(server.sql("answer_existing", "SELECT count(*) FROM t")).isEqualTo("20");
        server.sql("postgres", "DROP DATABASE answer_existing");
        Aftermath.serverIsClean(server);
    }

    @Test
    void aRestoreThatIsCancelledWhenItsLastStepIsDoneIsDone() {
        Cancellation late = new Cancellation();
        FaultyRuntime cancelling = FaultyRuntime.around(podman).with(RuntimeFault.whenTold(" RENAME TO ", () -> {
            Aftermath.eventually(
                    () -> server.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'late_new'"), "1");
            late.cancel("too late");
        }));

        assertThat(restoredAllTheSame(cancelling, "late_new", RestoreMode.NEW, late))
                .contains("answer-lost");
        assertThat(server.sql("late_new", "SELECT count(*) FROM t")).isEqualTo("20");
        server.sql("postgres", "DROP DATABASE late_new");
        Aftermath.serverIsClean(server);
    }

    /** Whether psql has told the server to commit before it is killed is chance; what is said of it is not. */
    @Test
    void aLastStepThatWaitsForOthersWhenItIsCancelledIsAwaited() throws SQLException {
        Cancellation late = new Cancellation();
        boolean done;
        try (Connection other = server.connect("postgres", PostgresServer.USER)) {
            other.setAutoCommit(false);
            FaultyRuntime cancelling = FaultyRuntime.around(podman)
                    .with(RuntimeFault.whenTold(
                                    "SET synchronous_commit",
                                    () -> run(other, "LOCK TABLE pg_catalog.pg_database IN SHARE MODE"))
                            .ofCommands(spec ->
                                    !"postgres".equals(spec.environment().get("PGDATABASE"))))
                    .with(RuntimeFault.whenTold(" RENAME TO ", () -> {
                                Aftermath.eventually(CutStreamIT::renamingsThatWait, "1");
                                late.cancel("too late to reach the server");
                                run(other, "ROLLBACK");
                            })
                            .ofCommands(
                                    spec -> "postgres".equals(spec.environment().get("PGDATABASE"))));

            done = isDone(cancelling, late);
        }
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'late_waiting'"))
                .isEqualTo(done ? "1" : "0");
        if (done) {
            assertThat(server.sql("late_waiting", "SELECT count(*) FROM t")).isEqualTo("20");
            server.sql("postgres", "DROP DATABASE late_waiting");
        }
        Aftermath.serverIsClean(server);
    }

    private static boolean isDone(FaultyRuntime cancelling, Cancellation late) {
        try {
            assertThat(restoredAllTheSame(cancelling, "late_waiting", RestoreMode.NEW, late))
                    .contains("answer-lost");
            return true;
        } catch (CancelledException e) {
            return false;
        }
    }

    private static void run(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String renamingsThatWait() {
        return server.sql(
                "postgres",
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%RENAME TO%'"
                        + " AND pid <> pg_backend_pid()");
    }

    @Test
    void aTransactionThatIsCommittedWhenItIsCancelledCounts() {
        server.createDatabase("late_existing");
        Cancellation late = new Cancellation();
        FaultyRuntime cancelling = FaultyRuntime.around(podman)
                .with(RuntimeFault.whenTold("COMMIT;", () -> {
                            Aftermath.eventually(
                                    () -> server.sql(
                                            "late_existing", "SELECT count(*) FROM pg_class WHERE relname = 't'"),
                                    "1");
                            late.cancel("too late");
                        })
                        .ofCommands(spec ->
                                "late_existing".equals(spec.environment().get("PGDATABASE"))));

        assertThat(restoredAllTheSame(cancelling, "late_existing", RestoreMode.EXISTING, late))
                .contains("answer-lost");
        server.sql("postgres", "DROP DATABASE late_existing");
        Aftermath.serverIsClean(server);
    }

    @Test
    void aDatabaseIsDroppedThoughTheAnswerToItsCreationIsLost() {
        FaultyRuntime losing = FaultyRuntime.around(podman).with(RuntimeFault.loseAnswerTo("CREATE DATABASE "));
        assertThat(failure(losing, "answer_creation", RestoreMode.NEW).code()).isEqualTo(ErrorCode.EXEC_LOST);
        assertThat(losing.strikes()).isPositive();
        Aftermath.serverIsClean(server);
    }

    @Test
    void nothingIsCleanedUpWhereNobodyCanTellWhatIsThere() {
        FaultyRuntime losing = FaultyRuntime.around(podman);
        losing.with(RuntimeFault.loseAnswerTo(" RENAME TO "))
                .with(RuntimeFault.failStart().always().ofCommands(any -> losing.strikes() > 0));
        CodeBException failure = failure(losing, "answer_unknown", RestoreMode.NEW);
        assertThat(failure.code()).isEqualTo(ErrorCode.EXEC_LOST);
        assertThat(failure).hasMessageContaining("it cannot be told what became of it");
        assertThat(server.sql("answer_unknown", "SELECT count(*) FROM t")).isEqualTo("20");
        server.sql("postgres", "DROP DATABASE answer_unknown");
    }

    /**
     * Podman keeps a process for every command for minutes: one to ask, to load, to prove, to name, and to make durable
     * what names the last step, and no more.
     */
    @ParameterizedTest
    @CsvSource({"NEW, 5", "EXISTING, 3", "REPLACING, 6"})
    void aRestoreRunsFewCommands(RestoreMode mode, int commands) {
        String database = "few_commands";
        if (mode != RestoreMode.NEW) {
            server.createDatabase(database);
        }
        FaultyRuntime counting = FaultyRuntime.around(podman);
        engine.restore(target(counting, database), RestoreSpec.of(mode, null), input(), new Cancellation());
        server.sql("postgres", "DROP DATABASE few_commands");
        assertThat(counting.commands()).isEqualTo(commands);
    }

    private static CodeBException failure(FaultyRuntime runtime, String database, RestoreMode mode) {
        return catchThrowableOfType(
                CodeBException.class,
                () -> engine.restore(
                        target(runtime, database), RestoreSpec.of(mode, null), input(), new Cancellation()));
    }

    private static List<String> restoredAllTheSame(FaultyRuntime losing, String database, RestoreMode mode) {
        return restoredAllTheSame(losing, database, mode, new Cancellation());
    }

    private static List<String> restoredAllTheSame(
            FaultyRuntime losing, String database, RestoreMode mode, Cancellation cancellation) {
        List<String> notices =
                engine
                        .restore(target(losing, database), RestoreSpec.of(mode, null), input(), cancellation)
                        .notices()
                        .stream()
                        .map(notice -> notice.id())
                        .toList();
        assertThat(losing.strikes()).isPositive();
        return notices;
    }

    private static RestoreInput input() {
        return new RestoreInput() {
            @Override
            public List<EntryFacts> entries() {
                return List.of(EntryFacts.of("dump.sql", EntryKind.DUMP));
            }

            @Override
            public ByteSource open(EntryFacts entry) {
                return BytesSource.of(dump);
            }

            @Override
            public void progress(EntryFacts entry, long rows) {}
        };
    }
}
