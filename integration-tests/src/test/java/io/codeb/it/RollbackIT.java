package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.RollbackPreview;
import io.codeb.RollbackRequest;
import io.codeb.RollbackResult;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.RowDifference;
import io.codeb.model.Secret;
import io.codeb.spi.engine.RollbackFacts;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.fault.FaultyRuntime;
import io.codeb.tck.fault.RuntimeFault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that a restore has replaced is kept as it was, and comes back in one call. */
class RollbackIT {
    private static final Duration AT_MOST = Duration.ofSeconds(5);
    private static final String LONGEST_NAME = "한".repeat(21);

    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.startWithSettings("-c max_prepared_transactions=4");
        sql("postgres", "CREATE ROLE boss LOGIN CREATEDB PASSWORD 'b'");
        sql("postgres", "CREATE ROLE humble LOGIN CREATEDB PASSWORD 'h'");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabase() {
        make("app");
        sql("postgres", """
                ALTER DATABASE app SET work_mem = '5MB';
                REVOKE CONNECT, TEMPORARY ON DATABASE app FROM PUBLIC;
                GRANT CONNECT ON DATABASE app TO humble;
                ALTER DATABASE app CONNECTION LIMIT 17;
                COMMENT ON DATABASE app IS 'the shop
                of the boss'""");
    }

    @AfterEach
    void dropDatabases() {
        Aftermath.noThreadIsLeft();
        sql(
                        "postgres",
                        "SELECT quote_ident(datname) FROM pg_database"
                                + " WHERE datname NOT IN ('postgres', 'template0', 'template1')")
                .lines()
                .forEach(name -> sql("postgres", "DROP DATABASE " + name));
    }

    private static void make(String name) {
        sql("postgres", "CREATE DATABASE " + quoted(name) + " OWNER boss");
        sql(name, "CREATE TABLE version (n int)");
        sql(name, "ALTER TABLE version OWNER TO boss");
        sql(name, "INSERT INTO version VALUES (1)");
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    private static String version(String database) {
        return sql(database, "SELECT n FROM version");
    }

    private CodeB codeb(String database, String user, String password) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project(database).user(user).password(Secret.of(password)))
                .build();
    }

    private CodeB codeb() {
        return codeb("app", HostPostgres.USER, HostPostgres.PASSWORD);
    }

    /** Backs version 1 up, makes version 2 of it, and puts version 1 into its place. */
    private static RestoreResult replaced(CodeB codeb, String database, Duration keep) {
        BackupId id = codeb.backups().run("shop").id();
        sql(database, "UPDATE version SET n = 2");
        return codeb.restores().run(RestoreRequest.of(id).replacing(keep));
    }

    private static void endTimeOf(ReplacedDatabase kept) {
        sql(
                "postgres",
                "COMMENT ON DATABASE " + quoted(kept.keptAs())
                        + " IS 'codeb-kept at=2020-01-01T00:00:00Z until=2020-01-02T00:00:00Z of="
                        + kept.database() + "'");
    }

    private static String databasesOfRuns() {
        return sql("postgres", "SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE 'codeb\\_%'");
    }

    @Test
    void whatWasReplacedComesBackAsItWasAndWhatWasLiveIsKeptInItsTurn() {
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run("shop").id();
            sql("app", "UPDATE version SET n = 2");
            Map<String, Object> before = DatabasePropertiesIT.inspected(codeb);

            RestoreResult restored = codeb.restores().run(RestoreRequest.of(id).replacing());

            ReplacedDatabase kept = restored.replaced().orElseThrow();
            assertThat(kept.database()).isEqualTo("app");
            assertThat(Duration.between(kept.replacedAt(), kept.keptUntil())).isEqualTo(Duration.ofDays(1));
            assertThat(databasesOfRuns()).isEqualTo(kept.keptAs());
            assertThat(version("app")).isEqualTo("1");
            assertThat(version(kept.keptAs())).isEqualTo("2");
            assertThat(codeb.restores().replaced("shop")).containsExactly(kept);
            assertThat(codeb.databases().cleanUp("shop").leftovers()).isEmpty();

            RollbackResult back = codeb.restores().rollback(RollbackRequest.of("shop"));

            assertThat(back.restored()).isEqualTo(kept);
            assertThat(back.notices()).isEmpty();
            assertThat(back.duration()).isLessThan(AT_MOST);
            assertThat(version("app")).isEqualTo("2");
            assertThat(DatabasePropertiesIT.inspected(codeb)).isEqualTo(before);
            ReplacedDatabase other = back.replaced().orElseThrow();
            assertThat(databasesOfRuns()).isEqualTo(other.keptAs());
            assertThat(version(other.keptAs())).isEqualTo("1");

            assertThat(codeb.restores().rollback(RollbackRequest.of("shop")).restored())
                    .isEqualTo(other);
            assertThat(version("app")).isEqualTo("1");
        }
    }

    @Test
    void aRoleThatIsNoSuperuserRollsItsOwnDatabaseBack() {
        try (CodeB codeb = codeb("app", "boss", "b")) {
            assertThat(replaced(codeb, "app", Duration.ofHours(1)).replaced()).isPresent();
            codeb.restores().rollback(RollbackRequest.of("shop"));
            assertThat(version("app")).isEqualTo("2");
            assertThat(sql(
                            "postgres",
                            "SELECT shobj_description(oid, 'pg_database') FROM pg_database" + " WHERE datname = 'app'"))
                    .isEqualTo("the shop\nof the boss");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "o'ne \"x\" \\ %s", "100% of x", "한글"})
    void anyNameComesBack(String name) {
        make(name);
        try (CodeB codeb = codeb(name, HostPostgres.USER, HostPostgres.PASSWORD)) {
            assertThat(replaced(codeb, name, Duration.ofHours(1)).replaced())
                    .map(ReplacedDatabase::database)
                    .contains(name);
            codeb.restores().rollback(RollbackRequest.of("shop"));
            assertThat(version(name)).isEqualTo("2");
        }
    }

    @Test
    void aNameOf63BytesComesBack() {
        anyNameComesBack(LONGEST_NAME);
    }

    @Test
    void whereNothingHasTheNameAnyMoreItIsPutBackAlone() {
        try (CodeB codeb = codeb()) {
            RestoreResult restored = replaced(codeb, "app", Duration.ofHours(1));
            sql("postgres", "DROP DATABASE app");

            RollbackResult back = codeb.restores()
                    .rollback(RollbackRequest.of("shop")
                            .to(restored.replaced().orElseThrow().keptAs()));

            assertThat(back.replaced()).isEmpty();
            assertThat(version("app")).isEqualTo("2");
            assertThat(databasesOfRuns()).isEmpty();
        }
    }

    @Test
    void theLatestIsPutBackUnlessAnotherIsNamed() {
        try (CodeB codeb = codeb()) {
            RestoreResult first = replaced(codeb, "app", Duration.ofHours(1));
            sql("app", "UPDATE version SET n = 3");
            BackupId id = first.backup().orElseThrow().id();
            RestoreResult second = codeb.restores().run(RestoreRequest.of(id).replacing());
            assertThat(codeb.restores().replaced("shop"))
                    .containsExactly(
                            second.replaced().orElseThrow(), first.replaced().orElseThrow());

            codeb.restores().rollback(RollbackRequest.of("shop"));
            assertThat(version("app")).isEqualTo("3");
            codeb.restores()
                    .rollback(RollbackRequest.of("shop")
                            .to(first.replaced().orElseThrow().keptAs()));
            assertThat(version("app")).isEqualTo("2");
        }
    }

    @Test
    void whatWasKeptForLongerThanItHadToBeIsDroppedByTheNextRestoreOrByCleaningUp() {
        try (CodeB codeb = codeb()) {
            RestoreResult first = replaced(codeb, "app", Duration.ofHours(1));
            endTimeOf(first.replaced().orElseThrow());
            RestoreResult second = codeb.restores()
                    .run(RestoreRequest.of(first.backup().orElseThrow()).replacing());
            assertThat(databasesOfRuns())
                    .isEqualTo(second.replaced().orElseThrow().keptAs());

            endTimeOf(second.replaced().orElseThrow());
            assertThat(codeb.databases().cleanUp("shop").leftovers())
                    .singleElement()
                    .satisfies(left -> assertThat(left.isEnded()).isTrue());
            assertThat(databasesOfRuns()).isEmpty();
        }
    }

    @Test
    void withoutTimeNothingIsKept() {
        try (CodeB codeb = codeb()) {
            assertThat(replaced(codeb, "app", Duration.ZERO).replaced()).isEmpty();
            assertThat(databasesOfRuns()).isEmpty();
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.restores().rollback(RollbackRequest.of("shop")));
            assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_NOT_FOUND);
            assertThat(version("app")).isEqualTo("1");
        }
    }

    @Test
    void whatSomebodyElseCallsKeptIsNotPutBackUnlessItIsNamed() {
        sql("postgres", "CREATE DATABASE codeb_old_planted OWNER humble");
        sql("codeb_old_planted", "CREATE TABLE version AS SELECT 666 AS n");
        sql(
                "postgres",
                "COMMENT ON DATABASE codeb_old_planted IS"
                        + " 'codeb-kept at=2999-01-01T00:00:00Z until=2999-01-02T00:00:00Z of=app'");
        try (CodeB codeb = codeb()) {
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.restores().rollback(RollbackRequest.of("shop")));
            assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(failure).hasMessageContaining("codeb_old_planted");
            assertThat(version("app")).isEqualTo("1");

            codeb.restores().rollback(RollbackRequest.of("shop").to("codeb_old_planted"));
            assertThat(version("app")).isEqualTo("666");
        }
    }

    /** What is asked behind the exchange of names is for the result only. */
    @Test
    void aRollBackIsDoneThoughNothingCanBeAskedAfterIt() {
        try (CodeB codeb = codeb()) {
            String kept = replaced(codeb, "app", Duration.ofHours(1))
                    .replaced()
                    .orElseThrow()
                    .keptAs();
            FaultyRuntime losing = FaultyRuntime.around(Installed.runtime("host", ProviderConfig.of("host")))
                    .with(RuntimeFault.loseAnswerTo("codeb-kept %").atCommand(2));
            ToolHost tools =
                    ToolHost.of(losing, "host").withDirectory(server.programs().toString());
            ServerTarget target = ServerTarget.of(
                            tools, server.port(), HostPostgres.USER, Secret.of(HostPostgres.PASSWORD))
                    .withHost(HostPostgres.HOST);

            RollbackFacts facts = Installed.postgresql()
                    .replacements()
                    .orElseThrow()
                    .rollBack(target.database("app"), null, Duration.ofHours(1), new Cancellation());

            assertThat(losing.strikes()).isEqualTo(1);
            assertThat(facts.restored().keptAs()).isEqualTo(kept);
            assertThat(facts.notices()).extracting(Notice::id).containsExactly("kept-unseen");
            assertThat(version("app")).isEqualTo("2");
            assertThat(codeb.restores().replaced("shop")).hasSize(1);
            losing.close();
        }
    }

    @Test
    void aPreparedTransactionKeepsBothWhereTheyAre() {
        try (CodeB codeb = codeb()) {
            replaced(codeb, "app", Duration.ofHours(1));
            sql("app", "BEGIN; INSERT INTO version VALUES (7); PREPARE TRANSACTION 'held'");
            try {
                CodeBException failure = catchThrowableOfType(
                        CodeBException.class, () -> codeb.restores().rollback(RollbackRequest.of("shop")));
                assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_IN_USE);
                assertThat(failure).hasMessageContaining("prepared");
                assertThat(version("app")).isEqualTo("1");
            } finally {
                sql("app", "ROLLBACK PREPARED 'held'");
            }
        }
    }

    @Test
    void aSubscriptionGoesOnInWhatIsKeptAndThatIsTold() {
        sql(
                "app",
                "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1 dbname=elsewhere'"
                        + " PUBLICATION p WITH (connect = false, slot_name = 'its_slot')");
        try (CodeB codeb = codeb()) {
            RestoreResult restored = replaced(codeb, "app", Duration.ofHours(1));
            String kept = restored.replaced().orElseThrow().keptAs();
            List<Notice> notices = restored.notices();
            assertThat(notices).extracting(Notice::id).containsExactly("subscription-disabled", "subscription-kept");
            assertThat(notices.get(1).message()).contains(kept, "s");
            for (String name : List.of("app", kept)) {
                sql(name, "ALTER SUBSCRIPTION s DISABLE; ");
                sql(name, "ALTER SUBSCRIPTION s SET (slot_name = NONE)");
                sql(name, "DROP SUBSCRIPTION s");
            }
        }
    }

    @Test
    void howManyRowsARollbackTakesOutOfTheLiveDatabaseIsToldBefore() {
        try (CodeB codeb = codeb()) {
            sql("app", "CREATE TABLE \"같은 표\" AS SELECT 1 AS a");
            sql("app", "CREATE TABLE dropped AS SELECT 1 AS a");
            replaced(codeb, "app", Duration.ofHours(1));
            sql("app", "INSERT INTO version SELECT generate_series(1, 10)");
            sql("app", "CREATE TABLE since AS SELECT generate_series(1, 5) AS a");
            sql("app", "DROP TABLE dropped");

            RollbackPreview preview = codeb.restores().preview(RollbackRequest.of("shop"));

            assertThat(preview.differences())
                    .containsExactly(
                            new RowDifference("public", "dropped", -1, 1),
                            new RowDifference("public", "since", 5, -1),
                            new RowDifference("public", "version", 11, 1));
            assertThat(preview.missingRows()).isEqualTo(15);
            assertThat(preview.restored())
                    .isEqualTo(codeb.restores().replaced("shop").get(0));
            assertThat(version("app").lines()).hasSize(11);

            codeb.restores().rollback(RollbackRequest.of("shop"));
            RollbackPreview back = codeb.restores().preview(RollbackRequest.of("shop"));
            assertThat(back.missingRows()).isEqualTo(1);
        }
    }

    @Test
    void whereNothingIsKeptThereIsNothingToTell() {
        try (CodeB codeb = codeb()) {
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.restores().preview(RollbackRequest.of("shop")));
            assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_NOT_FOUND);
        }
    }
}
