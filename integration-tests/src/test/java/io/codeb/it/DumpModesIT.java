package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.DumpMode;
import io.codeb.model.Notice;
import io.codeb.model.Secret;
import io.codeb.model.Selection;
import io.codeb.model.TableRows;
import io.codeb.postgresql.PostgresEngineProvider;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.tck.engine.MemoryDump;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a database is read is chosen by what it is and where it can be reached. */
class DumpModesIT {
    private static final BackupRequest REQUEST = BackupRequest.of("shop");
    private static final String FELL_BACK = "not-in-pieces";

    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        server.sql("postgres", "CREATE DATABASE app");
        // Some 6 MB, of which no statistics know.
        server.sql(
                "app",
                "CREATE TABLE large AS SELECT g, repeat('0123456789abcdef', 31) AS filler"
                        + " FROM generate_series(1, 10000) g; ALTER TABLE large SET (autovacuum_enabled = off);"
                        + " CREATE TABLE small AS SELECT 1 AS x");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void nothingIsLeft() {
        server.sql("postgres", "DROP DATABASE IF EXISTS copy");
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb%'"))
                .as("sessions that are left")
                .isEqualTo("0");
        Aftermath.noThreadIsLeft();
    }

    private static Project project(int largeMebibytes) {
        return server.project("app")
                .option("bulk-table", Integer.toString(largeMebibytes))
                .option("piece", "1")
                .option("workers", "2");
    }

    private CodeB codeb(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(project)
                .build();
    }

    private BackupResult backUp(Project project, BackupRequest request) {
        try (CodeB codeb = codeb(project)) {
            return codeb.backups().run(request);
        }
    }

    private CodeBException failure(Project project, BackupRequest request) {
        return catchThrowableOfType(CodeBException.class, () -> backUp(project, request));
    }

    private static String mode(BackupResult backup) {
        return backup.manifest().engine().mode();
    }

    private static List<String> notices(BackupResult backup) {
        return backup.notices().stream().map(Notice::id).toList();
    }

    @Test
    void withoutAWordLargeTablesAreReadInPiecesAndSmallOnesAsOneStream() {
        try (CodeB codeb = codeb(project(1))) {
            BackupResult backup = codeb.backups().run(REQUEST);

            assertThat(mode(backup)).isEqualTo("parallel");
            assertThat(backup.notices()).isEmpty();
            codeb.restores().run(RestoreRequest.of(backup.id()).into("copy"));
            assertThat(server.sql("copy", "SELECT count(*), sum(g) FROM large")).isEqualTo("10000|50005000");
        }
        BackupResult none = backUp(project(7), REQUEST);
        assertThat(mode(none)).as("the database is large, and no table of it").isEqualTo("sql");
        assertThat(none.notices()).isEmpty();
        BackupResult others = backUp(project(1), REQUEST.withoutTables("large"));
        assertThat(mode(others)).isEqualTo("sql");
        assertThat(others.notices()).isEmpty();
    }

    @Test
    void theWordOfARequestGoesBeforeTheOptionOfTheEngine() {
        assertThat(mode(backUp(project(1).option("mode", "sql"), REQUEST))).isEqualTo("sql");
        assertThat(mode(backUp(project(1).option("mode", "sql"), REQUEST.parallel())))
                .isEqualTo("parallel");
        Project parallel = project(64).option("mode", "parallel");
        assertThat(mode(backUp(parallel, REQUEST))).isEqualTo("parallel");
        assertThat(mode(backUp(parallel, REQUEST.sql()))).isEqualTo("sql");
        assertThat(mode(backUp(parallel, REQUEST.schemaOnly()))).isEqualTo("sql");
        assertThat(failure(project(1).option("mode", "fast"), REQUEST).code()).isEqualTo(ErrorCode.CONFIG_INVALID);
    }

    @Test
    void aServerThatCannotBeReachedFromHereIsReadAsOneStream() {
        Project through = project(1).server(server.sockets().toString(), server.port());

        BackupResult backup = backUp(through, REQUEST);

        assertThat(mode(backup)).isEqualTo("sql");
        assertThat(notices(backup)).containsExactly(FELL_BACK);
        assertThat(failure(through, REQUEST.parallel()).code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    }

    @Test
    void aUserWhoMayHaveFewConnectionsIsServedAllTheSame() {
        server.sql(
                "app",
                "CREATE ROLE few LOGIN PASSWORD '" + HostPostgres.PASSWORD.replace("'", "''") + "' CONNECTION LIMIT 3;"
                        + " GRANT pg_read_all_data TO few");
        try {
            Project few = project(1).user("few");
            BackupResult backup = backUp(few, REQUEST);

            assertThat(mode(backup)).isEqualTo("sql");
            assertThat(notices(backup)).containsExactly(FELL_BACK);
            server.sql("app", "ALTER ROLE few CONNECTION LIMIT 6");
            assertThat(mode(backUp(few, REQUEST))).as("two are left").isEqualTo("parallel");
            server.sql("app", "ALTER ROLE few CONNECTION LIMIT 2");
            assertThat(failure(few, REQUEST.parallel()).code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
        } finally {
            server.sql("app", "REVOKE pg_read_all_data FROM few; DROP ROLE few");
        }
    }

    private static DumpFacts dump(DumpMode mode, List<Integer> published, List<String> addresses) {
        try (ContainerRuntime host = Installed.runtime("host", ProviderConfig.of("host"))) {
            ToolHost tools = ToolHost.of(PretendedContainer.of(host, server.port(), published, addresses), "db")
                    .withDirectory(server.programs().toString());
            DatabaseTarget target = ServerTarget.of(
                            tools, server.port(), HostPostgres.USER, Secret.of(HostPostgres.PASSWORD))
                    .withHost(HostPostgres.HOST)
                    .database("app");
            MemoryDump output = MemoryDump.taking();
            DumpFacts facts = new PostgresEngineProvider()
                    .create(ProviderConfig.of("postgresql")
                            .withOption("bulk-table", "1")
                            .withOption("workers", "2"))
                    .dump(target, DumpSpec.of(Selection.EVERYTHING).withMode(mode), output, new Cancellation());
            output.requireAllFinished();
            return facts;
        }
    }

    @Test
    void anotherServerIsNotReadWhateverItsAddress() {
        // A standby lets in the same users, has the same database, and is behind.
        try (HostPostgres other = server.startStandby()) {
            List<Integer> port = List.of(other.port());

            DumpFacts next = dump(DumpMode.AUTOMATIC, port, List.of(HostPostgres.HOST));
            assertThat(next.engine().mode()).as("the next way is taken").isEqualTo("parallel");
            assertThat(next.notices()).isEmpty();
            assertThat(next.tables()).contains(new TableRows("public", "large", 10_000));
            DumpFacts none = dump(DumpMode.AUTOMATIC, port, List.of());
            assertThat(none.engine().mode()).isEqualTo("sql");
            assertThat(none.notices()).singleElement().satisfies(notice -> {
                assertThat(notice.id()).isEqualTo(FELL_BACK);
                assertThat(notice.message()).contains("another server");
            });
            assertThat(catchThrowableOfType(CodeBException.class, () -> dump(DumpMode.PARALLEL, port, List.of()))
                            .code())
                    .isEqualTo(ErrorCode.SERVER_UNREACHABLE);
        }
    }

    @Test
    void aContainerThatPublishesNothingIsReachedByItsOwnAddress() {
        assertThat(dump(DumpMode.AUTOMATIC, List.of(), List.of(HostPostgres.HOST))
                        .engine()
                        .mode())
                .isEqualTo("parallel");
        assertThat(dump(DumpMode.AUTOMATIC, List.of(), List.of()).engine().mode())
                .as("nor has it one: it is in the host's network")
                .isEqualTo("parallel");
    }

    /** A standby of a server with such a database of its own, which gives way to its replay at once. */
    private static HostPostgres startImpatientStandby() {
        server.sql("postgres", "CREATE DATABASE copy");
        server.sql(
                "copy",
                "CREATE TABLE t AS SELECT g, repeat('0123456789abcdef', 125) AS filler"
                        + " FROM generate_series(1, 10000) g");
        // Only a standby heeds it.
        server.sql("postgres", "ALTER SYSTEM SET max_standby_streaming_delay = 0");
        return server.startStandby();
    }

    @Test
    void aStandbyIsReadInPiecesUntilItsReplayTakesTheMomentAway() {
        AtomicBoolean replaying = new AtomicBoolean();
        try (HostPostgres standby = startImpatientStandby();
                CodeB codeb = CodeB.builder()
                        .codec(new HoldingCodec(300_000, () -> {
                            if (replaying.compareAndSet(true, false)) {
                                server.sql("copy", "DELETE FROM t WHERE g % 2 = 0");
                                server.sql("copy", "VACUUM t");
                                // It goes on when the last session that was in its way is gone.
                                String position = server.sql("copy", "SELECT pg_current_wal_lsn()");
                                Aftermath.eventually(
                                        () -> standby.sql(
                                                "postgres", "SELECT pg_last_wal_replay_lsn() >= '" + position + "'"),
                                        "t");
                            }
                        }))
                        .repository(BackupRepository.at(directory.resolve("repository"))
                                .codec(HoldingCodec.HELD, Map.of()))
                        .project(standby.project("copy")
                                .option("bulk-table", "1")
                                .option("piece", "1")
                                .option("workers", "2"))
                        .build()) {
            BackupResult whole = codeb.backups().run(REQUEST);
            assertThat(mode(whole)).isEqualTo("parallel");
            assertThat(whole.manifest().totalRows()).isEqualTo(10_000);

            replaying.set(true);
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.backups().run(REQUEST));
            assertThat(failure)
                    .as("of a moment that is over, there is no backup")
                    .isNotNull();
            // Whoever is told by the server says so; who only misses the session that held it, that.
            assertThat(failure.getMessage()).containsAnyOf("conflict with recovery", "holds the moment");
            assertThat(codeb.catalog().list("shop")).hasSize(1);
        } finally {
            server.sql("postgres", "ALTER SYSTEM RESET max_standby_streaming_delay");
        }
    }
}
