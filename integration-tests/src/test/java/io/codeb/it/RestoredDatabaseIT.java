package io.codeb.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.model.BackupId;
import io.codeb.model.Notice;
import io.codeb.model.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that a restore makes is like the one that was backed up, or the one that it replaces, in all else too. */
class RestoredDatabaseIT {
    private static final String SUBSCRIPTION =
            "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1 dbname=elsewhere'"
                    + " PUBLICATION p WITH (connect = false, slot_name = 'its_slot')";

    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        sql("postgres", "CREATE ROLE reader");
        sql("postgres", "CREATE ROLE boss");
        sql("postgres", "CREATE ROLE humble LOGIN CREATEDB PASSWORD 'h'");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabase() {
        for (String name : new String[] {"app", "copy"}) {
            sql("postgres", "DROP DATABASE IF EXISTS " + name);
        }
        sql("postgres", "CREATE DATABASE app OWNER boss");
        sql("app", "CREATE SCHEMA sales");
        sql("app", "CREATE TABLE sales.t (id int)");
        sql("app", "INSERT INTO sales.t VALUES (1)");
        sql("postgres", """
                ALTER DATABASE app SET search_path = sales, public;
                ALTER DATABASE app SET default_transaction_read_only = on;
                ALTER ROLE reader IN DATABASE app SET statement_timeout = '5s';
                REVOKE CONNECT, TEMPORARY ON DATABASE app FROM PUBLIC;
                GRANT CONNECT ON DATABASE app TO reader;
                ALTER DATABASE app CONNECTION LIMIT 17;
                COMMENT ON DATABASE app IS 'the shop'""");
    }

    @AfterEach
    void nothingIsLeft() {
        Aftermath.noThreadIsLeft();
        assertThat(sql("postgres", "SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE 'codeb%'"))
                .as("databases of runs")
                .isEmpty();
    }

    private static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    private CodeB codeb(String user, String password) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project("app").user(user).password(Secret.of(password)))
                .build();
    }

    private CodeB codeb() {
        return codeb(HostPostgres.USER, HostPostgres.PASSWORD);
    }

    private RestoreRequest script(String script) {
        try {
            return RestoreRequest.ofFile(Files.write(directory.resolve("dump.sql"), script.getBytes(UTF_8)))
                    .onProject("shop");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes the name of the database that a restore is about to make. */
    private static InputStream takingTheName() {
        String shadow = sql(
                "postgres",
                "SELECT DISTINCT replace(application_name, 'codeb-', 'codeb_new_')"
                        + " FROM pg_stat_activity WHERE application_name LIKE 'codeb-%'");
        sql("postgres", "CREATE DATABASE \"" + shadow + "\" OWNER boss");
        return new ByteArrayInputStream("CREATE TABLE t (id int);\n".getBytes(UTF_8));
    }

    @Test
    void nothingIsLoadedIntoADatabaseThatHasTheNameOfTheShadowAlready() {
        try (CodeB codeb = codeb()) {
            RestoreRequest request = RestoreRequest.ofStream("dump", RestoredDatabaseIT::takingTheName)
                    .onProject("shop")
                    .into("copy");

            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.restores().run(request));

            assertThat(failure.code()).as(failure.toString()).isEqualTo(ErrorCode.DATABASE_EXISTS);
            assertThat(failure).hasMessageContaining("database codeb_new_");
            assertThat(sql("postgres", "SELECT 1 FROM pg_database WHERE datname = 'copy'"))
                    .isEmpty();
            assertThat(codeb.restores().recover().ok()).isTrue();
        }
    }

    private static String owner(String database) {
        return sql("postgres", "SELECT datdba::regrole FROM pg_database WHERE datname = '" + database + "'");
    }

    @Test
    void aBackupBringsThePropertiesBack() {
        try (CodeB codeb = codeb()) {
            Map<String, Object> before = DatabasePropertiesIT.inspected(codeb);
            BackupId id = codeb.backups().run("shop").id();
            sql("postgres", "ALTER DATABASE app RESET ALL");
            sql("postgres", "GRANT CONNECT ON DATABASE app TO PUBLIC");

            RestoreResult restored = codeb.restores().run(RestoreRequest.of(id).replacing(Duration.ZERO));

            assertThat(restored.notices()).isEmpty();
            assertThat(DatabasePropertiesIT.inspected(codeb)).isEqualTo(before);
            assertThat(owner("app")).isEqualTo("boss");
            assertThat(sql("app", "SELECT count(*) FROM t")).isEqualTo("1");
            codeb.restores().run(RestoreRequest.of(id).into("copy"));
            assertThat(sql(
                            "postgres",
                            "SELECT datacl = (SELECT datacl FROM pg_database WHERE datname = 'app')"
                                    + " FROM pg_database WHERE datname = 'copy'"))
                    .isEqualTo("t");
        }
    }

    @Test
    void aForeignDumpKeepsThePropertiesOfWhatItReplaces() {
        try (CodeB codeb = codeb()) {
            Map<String, Object> before = DatabasePropertiesIT.inspected(codeb);

            RestoreResult restored = codeb.restores()
                    .run(script("CREATE TABLE other (a int);\nCOPY other FROM stdin;\n1\n\\.\n")
                            .replacing(Duration.ZERO));

            assertThat(restored.notices()).extracting(Notice::id).containsExactly("not-compared");
            assertThat(DatabasePropertiesIT.inspected(codeb)).isEqualTo(before);
            assertThat(owner("app")).isEqualTo("boss");
        }
    }

    @Test
    void whatThisServerDoesNotHaveIsToldAndNobodyGetsInForIt() {
        BackupId id;
        try (CodeB codeb = codeb()) {
            sql("postgres", "CREATE ROLE passing");
            sql("postgres", "GRANT CONNECT ON DATABASE app TO passing");
            id = codeb.backups().run("shop").id();
            sql("postgres", "REVOKE CONNECT ON DATABASE app FROM passing");
            sql("postgres", "DROP ROLE passing");

            RestoreResult restored = codeb.restores().run(RestoreRequest.of(id).into("copy"));

            assertThat(restored.notices()).extracting(Notice::id).containsExactly("roles-missing");
            assertThat(restored.notices().get(0).message()).contains("passing");
            assertThat(sql(
                            "postgres",
                            "SELECT has_database_privilege('humble', 'copy', 'CONNECT'),"
                                    + " has_database_privilege('reader', 'copy', 'CONNECT')"))
                    .isEqualTo("f|t");
        }
    }

    @Test
    void whatThisUserMayNotSetIsTold() {
        BackupId id;
        try (CodeB codeb = codeb()) {
            sql("postgres", "ALTER DATABASE app SET log_statement = 'none'");
            id = codeb.backups().run(BackupRequest.of("shop").withoutOwners()).id();
        }
        sql("postgres", "ALTER DATABASE app OWNER TO humble");
        try (CodeB codeb = codeb("humble", "h")) {
            RestoreResult restored = codeb.restores().run(RestoreRequest.of(id).into("copy"));

            assertThat(restored.notices()).extracting(Notice::id).containsOnly("property-not-set");
            assertThat(restored.notices().toString()).contains("owner", "log_statement");
            assertThat(owner("copy")).isEqualTo("humble");
            assertThat(sql("postgres", "SELECT has_database_privilege('pg_monitor', 'copy', 'CONNECT')"))
                    .isEqualTo("f");
        }
        sql("postgres", "ALTER DATABASE app OWNER TO boss");
    }

    @Test
    void aDatabaseThatIsATemplateIsReplacedTooWhereTheCallerSaysSo() {
        sql("postgres", "ALTER DATABASE app IS_TEMPLATE true");
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run("shop").id();
            codeb.restores()
                    .run(RestoreRequest.of(id)
                            .replacing(Duration.ZERO)
                            .lower("target-is-template", Finding.Severity.INFO));
            assertThat(DatabasePropertiesIT.inspected(codeb)).containsEntry("template", true);
        } finally {
            sql("postgres", "ALTER DATABASE app IS_TEMPLATE false");
        }
    }

    // Statements after the load

    @Test
    void whatIsToBeOtherwiseIsSoBeforeAnybodySeesIt() {
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run("shop").id();

            RestoreResult restored = codeb.restores()
                    .run(RestoreRequest.of(id)
                            .replacing(Duration.ZERO)
                            .afterLoad(
                                    "UPDATE sales.t SET id = 7",
                                    "CREATE TABLE sales.seen AS SELECT"
                                            + " current_database() AS at, (SELECT id FROM sales.t) AS id"));

            assertThat(restored.totalRows()).isEqualTo(1);
            assertThat(sql("app", "SELECT at LIKE 'codeb\\_new\\_%', id FROM sales.seen"))
                    .isEqualTo("t|7");
            assertThat(sql("app", "SELECT id FROM sales.t")).isEqualTo("7");
        }
    }

    @Test
    void aStatementAfterTheLoadThatFailsLeavesWhatWasThere() {
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run("shop").id();
            sql("app", "SET transaction_read_only = off; UPDATE sales.t SET id = 2");
            for (RestoreRequest request : new RestoreRequest[] {
                RestoreRequest.of(id).replacing(), RestoreRequest.of(id).into("copy")
            }) {
                CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                        .run(request.afterLoad("UPDATE sales.t SET id = 7", "UPDATE sales.nothing SET id = 7")));
                assertThat(failure.code()).isEqualTo(ErrorCode.SQL_FAILED);
                assertThat(failure).hasMessageContaining("statement 2 of 2").hasMessageContaining("sales.nothing");
            }
            assertThat(sql("app", "SELECT id FROM sales.t")).isEqualTo("2");
            assertThat(sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'copy'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void aDatabaseThatExistsTakesNoStatementsAfterTheLoad() {
        sql("postgres", "CREATE DATABASE copy");
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run("shop").id();
            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(RestoreRequest.of(id).into("copy").intoExisting().afterLoad("SELECT 1")));
            assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
            assertThat(sql("copy", "SELECT count(*) FROM pg_class WHERE relname = 't'"))
                    .isEqualTo("0");
        }
    }

    // Subscriptions

    private static String subscriptions(String database) {
        return sql(
                "postgres",
                "SELECT string_agg(subname || '/' || subenabled || '/' || coalesce(subslotname, '-'), ',')"
                        + " FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid WHERE datname = '" + database
                        + "'");
    }

    private static void dropSubscription(String database) {
        for (String step : new String[] {
            "ALTER SUBSCRIPTION s DISABLE", "ALTER SUBSCRIPTION s SET (slot_name = NONE)", "DROP SUBSCRIPTION s"
        }) {
            sql(database, "SET transaction_read_only = off; " + step);
        }
    }

    @Test
    void aRestoredSubscriptionDoesNotPullAndTheReplacedOneIsGone() {
        sql("app", "SET transaction_read_only = off; " + SUBSCRIPTION);
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run("shop").id();

            RestoreResult restored = codeb.restores().run(RestoreRequest.of(id).replacing(Duration.ZERO));

            assertThat(restored.notices())
                    .extracting(Notice::id)
                    .containsExactly("subscription-disabled", "subscription-dropped");
            assertThat(restored.notices()).allMatch(notice -> notice.message().contains("its_slot"));
            assertThat(subscriptions("app")).isEqualTo("s/false/-");
        } finally {
            dropSubscription("app");
        }
    }

    @Test
    void aRestoreIntoAnExistingDatabaseDisablesItsSubscriptionsToo() {
        sql("postgres", "CREATE DATABASE copy");
        try (CodeB codeb = codeb()) {
            RestoreResult restored = codeb.restores()
                    .run(script("CREATE TABLE t (a int);\n" + SUBSCRIPTION + ";\n")
                            .into("copy")
                            .intoExisting());
            assertThat(restored.notices())
                    .extracting(Notice::id)
                    .containsExactly("not-compared", "subscription-disabled");
            assertThat(subscriptions("copy")).isEqualTo("s/false/-");
        } finally {
            dropSubscription("copy");
        }
    }

    @Test
    void aRestoreThatFailsBehindASubscriptionLeavesNothing() {
        try (CodeB codeb = codeb()) {
            RestoreRequest request = script(
                            "CREATE TABLE t (a int);\n" + SUBSCRIPTION + ";\nSELECT no_such_function();\n")
                    .into("copy");
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.restores().run(request));
            assertThat(failure.code()).isEqualTo(ErrorCode.SQL_FAILED);
            assertThat(failure).hasMessageContaining("no_such_function");
        }
    }
}
