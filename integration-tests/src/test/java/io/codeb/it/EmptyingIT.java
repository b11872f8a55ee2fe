package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.Backup;
import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CheckFailedException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.model.Manifest;
import io.codeb.model.Secret;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database is emptied and loaded in one transaction, behind a backup of what was there. */
class EmptyingIT {
    /** All kinds of things that users make in a database, and that go before others can come. */
    private static final String THINGS = """
            CREATE SCHEMA sales;
            CREATE SCHEMA "이상한 ""이름";
            CREATE TYPE public.mood AS ENUM ('glad', 'sad');
            CREATE TYPE public.pair AS (a int, b int);
            CREATE DOMAIN public.positive AS int CHECK (VALUE > 0);
            CREATE TYPE public.span AS RANGE (subtype = int);
            CREATE TABLE public.customer (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood mood, name text);
            INSERT INTO customer (mood, name) SELECT 'glad', 'c' || g FROM generate_series(1, 100) g;
            CREATE TABLE sales.orders (id serial PRIMARY KEY, customer int REFERENCES public.customer, n positive);
            INSERT INTO sales.orders (customer, n) SELECT 1 + g % 100, g + 1 FROM generate_series(1, 200) g;
            CREATE TABLE public.event (at date, n int) PARTITION BY RANGE (at);
            CREATE TABLE public.event_1 PARTITION OF public.event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            INSERT INTO event VALUES ('2026-02-03', 1);
            CREATE TABLE "이상한 ""이름"."표" (a int);
            CREATE VIEW public.glad AS SELECT * FROM customer WHERE mood = 'glad';
            CREATE MATERIALIZED VIEW public.totals AS SELECT count(*) AS n FROM sales.orders;
            CREATE SEQUENCE public.ticket START 42;
            CREATE FUNCTION public.twice(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1';
            CREATE PROCEDURE public.nothing() LANGUAGE sql AS 'SELECT 1';
            CREATE AGGREGATE public.all_of(int) (SFUNC = int4pl, STYPE = int);
            CREATE OPERATOR public.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
            CREATE COLLATION public.bytes (LOCALE = 'C');
            CREATE TEXT SEARCH CONFIGURATION public.plain (COPY = pg_catalog.simple);
            CREATE TEXT SEARCH DICTIONARY public.words (TEMPLATE = pg_catalog.simple);
            CREATE CAST (public.pair AS text) WITH INOUT;
            CREATE STATISTICS public.both_of ON id, mood FROM customer;
            CREATE FUNCTION public.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER noted BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION noted();
            SELECT lo_from_bytea(0, 'large');
            """;

    private static final String SUPERUSERS_THINGS = """
            CREATE OPERATOR CLASS public.odd_ops FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int);
            CREATE EXTENSION hstore;
            CREATE EXTENSION postgres_fdw SCHEMA sales;
            CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
            CREATE FOREIGN TABLE public.far (a int) SERVER elsewhere;
            CREATE PUBLICATION news FOR ALL TABLES;
            CREATE FUNCTION public.heard() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
            CREATE EVENT TRIGGER heard ON ddl_command_end EXECUTE FUNCTION public.heard();
            """;

    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        sql("postgres", "CREATE ROLE keeper LOGIN PASSWORD 'k'");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabase() {
        sql("postgres", "CREATE DATABASE app OWNER keeper");
    }

    @AfterEach
    void dropDatabase() {
        Aftermath.noThreadIsLeft();
        sql("postgres", "DROP DATABASE app");
        assertThat(sql("postgres", "SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE 'codeb%'"))
                .isEmpty();
    }

    private static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    private static void asKeeper(String statements) {
        try (Connection connection = keepers();
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Connection keepers() throws SQLException {
        var source = server.dataSource();
        source.setDatabaseName("app");
        source.setUser("keeper");
        source.setPassword("k");
        return source.getConnection();
    }

    private CodeB codeb(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("backups")))
                .project(project)
                .build();
    }

    private CodeB keeper() {
        return codeb(server.project("app").user("keeper").password(Secret.of("k")));
    }

    private CodeB superuser() {
        return codeb(server.project("app"));
    }

    @Test
    void whoMayNotMakeDatabasesGetsOneBackAsItWas() {
        asKeeper(THINGS);
        try (CodeB codeb = keeper()) {
            BackupId backup = codeb.backups().run("shop").id();
            String before = server.content("app");
            asKeeper("""
                    DROP TABLE customer CASCADE;
                    DROP SCHEMA sales CASCADE;
                    CREATE TABLE latest AS SELECT 1 AS a;
                    CREATE TABLE "이상한 ""이름".more (a mood)""");
            String meanwhile = server.content("app");

            RestoreResult result =
                    codeb.restores().run(RestoreRequest.of(backup).emptying());

            assertThat(server.content("app")).isEqualTo(before);
            assertThat(result.replaced()).isEmpty();
            assertThat(result.totalRows()).isEqualTo(301);
            BackupId safety = result.safetyBackup().orElseThrow().id();
            assertThat(safety).isNotEqualTo(backup);
            codeb.restores().run(RestoreRequest.of(safety).emptying());
            assertThat(server.content("app")).isEqualTo(meanwhile);
        }
    }

    @Test
    void aSuperuserEmptiesWhatOnlySuperusersMake() {
        sql("app", THINGS);
        sql("app", SUPERUSERS_THINGS);
        try (CodeB codeb = superuser()) {
            BackupId backup = codeb.backups().run("shop").id();
            String before = server.content("app");

            codeb.restores().run(RestoreRequest.of(backup).emptying());

            assertThat(server.content("app")).isEqualTo(before);
        }
    }

    @Test
    void anExtensionOfASuperuserStaysWhereAnotherEmpties() {
        sql("app", "CREATE EXTENSION postgres_fdw");
        asKeeper("CREATE TABLE t AS SELECT 1 AS a");
        try (CodeB codeb = keeper()) {
            BackupId backup = codeb.backups().run("shop").id();
            asKeeper("INSERT INTO t VALUES (2)");

            codeb.restores().run(RestoreRequest.of(backup).emptying());

            assertThat(sql("app", "SELECT string_agg(a::text, ',') FROM t")).isEqualTo("1");
            assertThat(sql("app", "SELECT count(*) FROM pg_extension WHERE extname = 'postgres_fdw'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void whatBelongsToOthersIsNotTouchedAndSoIsNothing() {
        asKeeper("CREATE TABLE mine AS SELECT 1 AS a");
        try (CodeB codeb = keeper()) {
            BackupId backup = codeb.backups().run("shop").id();
            sql("app", "CREATE SCHEMA theirs; CREATE TABLE theirs.t AS SELECT 2 AS a");
            sql("app", "GRANT USAGE ON SCHEMA theirs TO keeper; GRANT SELECT ON theirs.t TO keeper");
            String before = server.content("app");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(RestoreRequest.of(backup).emptying()));

            assertThat(failure.code()).as(failure.toString()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(failure).hasMessageContaining("theirs");
            assertThat(server.content("app")).isEqualTo(before);
        }
    }

    @Test
    void defaultPrivilegesThatNobodyDropsAreToldAndNothingIsTouched() {
        asKeeper("CREATE TABLE t AS SELECT 1 AS a; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC");
        try (CodeB codeb = keeper()) {
            BackupId backup = codeb.backups().run("shop").id();
            String before = server.content("app");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(RestoreRequest.of(backup).emptying()));

            assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_NOT_EMPTY);
            assertThat(failure.hint()).contains("ALTER DEFAULT PRIVILEGES");
            assertThat(server.content("app")).isEqualTo(before);
        }
    }

    /** A session hears of a right that is lost when it opens a table next, as the first statement does. */
    private static final String LATE = "CREATE TABLE first.b (i int);\nCREATE SCHEMA second;\n";

    /** The script makes one schema, and while it goes on its user loses the right to make another. */
    @Test
    void aRoleThatLosesItsRightHalfWayLeavesAllAsItWas() {
        asKeeper("CREATE TABLE t AS SELECT 1 AS a");
        String before = server.content("app");
        try (CodeB codeb = keeper()) {
            RestoreRequest request = RestoreRequest.ofStream(
                            "half",
                            () -> new SequenceInputStream(
                                    text("CREATE SCHEMA first;\nCREATE TABLE first.a (i int);\n"
                                            + "-- \n".repeat(100_000)),
                                    new LateStream(LATE, EmptyingIT::loseTheRight)))
                    .onProject("shop")
                    .emptying();

            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.restores().run(request));

            assertThat(failure.code()).as(failure.toString()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(server.content("app").replaceAll("(?m)^.*OWNER TO.*$", ""))
                    .isEqualTo(before.replaceAll("(?m)^.*OWNER TO.*$", ""));
        } finally {
            sql("postgres", "ALTER DATABASE app OWNER TO keeper");
        }
    }

    private static void loseTheRight() {
        sql("postgres", "ALTER DATABASE app OWNER TO owner");
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Does something before its first byte. */
    private static final class LateStream extends ByteArrayInputStream {
        private final Runnable first;
        private boolean begun;

        LateStream(String text, Runnable first) {
            super(text.getBytes(StandardCharsets.UTF_8));
            this.first = first;
        }

        @Override
        public synchronized int read(byte[] bytes, int offset, int length) {
            if (!begun) {
                begun = true;
                first.run();
            }
            return super.read(bytes, offset, length);
        }
    }

    @Test
    void clientsSeeTheOldOneOrTheNewOneAndKeepTheirConnections() throws SQLException {
        asKeeper("CREATE TABLE t AS SELECT 1 AS a");
        try (CodeB codeb = keeper();
                Connection client = keepers();
                Statement statement = client.createStatement()) {
            BackupId backup = codeb.backups().run("shop").id();
            statement.execute("UPDATE t SET a = 2");
            codeb.restores().run(RestoreRequest.of(backup).emptying());
            try (var rows = statement.executeQuery("SELECT a FROM t")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(1);
            }
        }
    }

    @Test
    void aBackupOfNothingOrOfAPartIsNoReasonToEmptyADatabase() {
        try (CodeB codeb = keeper()) {
            BackupId nothing = codeb.backups().run("shop").id();
            asKeeper("CREATE TABLE t AS SELECT 1 AS a; CREATE TABLE u AS SELECT 2 AS a");
            BackupId part =
                    codeb.backups().run(BackupRequest.of("shop").tables("t")).id();
            String before = server.content("app");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(RestoreRequest.of(nothing).emptying()));
            assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_NOT_EMPTY);
            assertThatThrownBy(
                            () -> codeb.restores().run(RestoreRequest.of(part).emptying()))
                    .isInstanceOf(CheckFailedException.class)
                    .hasMessageContaining("part of a database");
            assertThat(server.content("app")).isEqualTo(before);
        }
    }

    @Test
    void whoKeepsATableLockedForTooLongKeepsItAsItWas() throws SQLException {
        asKeeper("CREATE TABLE t AS SELECT 1 AS a");
        Project project =
                server.project("app").user("keeper").password(Secret.of("k")).option("table-lock-wait", "PT0.2S");
        try (CodeB codeb = codeb(project);
                Connection client = keepers();
                Statement statement = client.createStatement()) {
            BackupId backup = codeb.backups().run("shop").id();
            client.setAutoCommit(false);
            statement.execute("UPDATE t SET a = 2");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(RestoreRequest.of(backup).emptying()));

            assertThat(failure.code()).as(failure.toString()).isEqualTo(ErrorCode.LOCK_TIMEOUT);
            client.commit();
            assertThat(sql("app", "SELECT a FROM t")).isEqualTo("2");

            codeb.restores().run(RestoreRequest.of(backup).emptying());
            assertThat(sql("app", "SELECT a FROM t")).isEqualTo("1");
        }
    }

    @Test
    void aSafetyBackupIsMadeOrFoundBeforeADatabaseIsReplaced() {
        try (CodeB codeb = superuser()) {
            sql("app", "CREATE TABLE t AS SELECT 1 AS a");
            BackupId first = codeb.backups().run("shop").id();
            sql("app", "UPDATE t SET a = 2");
            RestoreRequest request = RestoreRequest.of(first).replacing(Duration.ZERO);

            BackupId made = codeb.restores()
                    .run(request.withSafetyBackup())
                    .safetyBackup()
                    .orElseThrow()
                    .id();
            Manifest manifest = codeb.catalog().list("shop").stream()
                    .map(Backup::manifest)
                    .filter(each -> each.id().equals(made))
                    .findFirst()
                    .orElseThrow();
            assertThat(manifest.labels()).containsKey("safety");

            RestoreResult again = codeb.restores().run(request.safetyBackupWithin(Duration.ofHours(1)));
            assertThat(again.safetyBackup().orElseThrow().id()).isEqualTo(made);
            assertThat(codeb.catalog().list("shop")).hasSize(2);

            codeb.restores().run(RestoreRequest.of(made).replacing(Duration.ZERO));
            assertThat(sql("app", "SELECT a FROM t")).isEqualTo("2");
        }
    }

    @Test
    void aRestoreThatWouldBeRefusedMakesNoSafetyBackup() {
        sql("app", "CREATE TABLE t AS SELECT 1 AS a");
        try (CodeB codeb = superuser()) {
            BackupId backup = codeb.backups().run("shop").id();
            sql("postgres", "ALTER DATABASE app IS_TEMPLATE true");
            assertThatThrownBy(() -> codeb.restores()
                            .run(RestoreRequest.of(backup).replacing().withSafetyBackup()))
                    .isInstanceOf(CheckFailedException.class);
            assertThatThrownBy(() -> codeb.restores()
                            .run(RestoreRequest.of(backup)
                                    .into("other")
                                    .replacing()
                                    .withSafetyBackup()))
                    .isInstanceOf(ConfigException.class);
            assertThatThrownBy(
                            () -> codeb.restores().run(RestoreRequest.of(backup).withSafetyBackup()))
                    .isInstanceOf(ConfigException.class);
            assertThat(codeb.catalog().list("shop")).hasSize(1);
        } finally {
            sql("postgres", "ALTER DATABASE app IS_TEMPLATE false");
        }
    }

    @Test
    void whereThereIsNothingToReplaceThereIsNothingToBackUp() {
        sql("app", "CREATE TABLE t AS SELECT 1 AS a");
        try (CodeB codeb = superuser()) {
            BackupId backup = codeb.backups().run("shop").id();
            sql("postgres", "DROP DATABASE app");

            RestoreResult result =
                    codeb.restores().run(RestoreRequest.of(backup).replacing().withSafetyBackup());

            assertThat(result.safetyBackup()).isEmpty();
            assertThat(sql("app", "SELECT a FROM t")).isEqualTo("1");
        }
    }
}
