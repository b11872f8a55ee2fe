package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RecoveredRestore;
import io.codeb.RecoveredRestore.Outcome;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.model.Secret;
import io.codeb.model.TableRows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of chosen tables are exchanged in a database that has others, and nothing else of it changes. */
@Timeout(180)
class ReplacingTablesIT {
    private static final String DATA = """
            CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL);
            CREATE TABLE orders (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                customer int NOT NULL CONSTRAINT of_customer REFERENCES customer ON DELETE CASCADE,
                "an ""odd"" 열" text,
                price numeric(8, 2),
                twice numeric GENERATED ALWAYS AS (price * 2) STORED,
                at timestamptz DEFAULT '2026-01-02 03:04:05+00');
            CREATE TABLE item (
                orders bigint CONSTRAINT of_orders REFERENCES orders DEFERRABLE INITIALLY DEFERRED, n int);
            CREATE TABLE note (id serial, body text);
            CREATE INDEX by_price ON orders (price);
            CREATE VIEW dear AS SELECT * FROM orders WHERE price > 5;
            GRANT SELECT ON orders TO reader;
            COMMENT ON CONSTRAINT of_orders ON item IS 'whose it is';
            CREATE TABLE fired (n int);
            CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN INSERT INTO public.fired VALUES (1); RETURN NULL; END';
            CREATE TRIGGER on_truncate AFTER TRUNCATE ON orders EXECUTE FUNCTION fires();
            CREATE TRIGGER on_insert AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION fires();
            ALTER TABLE orders ENABLE ALWAYS TRIGGER on_insert;
            CREATE TRIGGER off AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION fires();
            ALTER TABLE orders DISABLE TRIGGER off;
            INSERT INTO customer SELECT n, 'customer ' || n FROM generate_series(1, 10) n;
            INSERT INTO orders (customer, "an ""odd"" 열", price)
                SELECT 1 + n % 10, E'tab\\t, \\\\. and \\n line ' || n, n FROM generate_series(1, 50) n;
            INSERT INTO item SELECT n, n FROM generate_series(1, 50) n;
            INSERT INTO note (body) VALUES ('first');
            TRUNCATE fired""";

    private static HostPostgres server;

    @TempDir
    Path directory;

    /** The restore that is killed. */
    public static void main(String[] args) {
        try (CodeB codeb = codeb(HostPostgres.project(Integer.parseInt(args[0]), "app"), Path.of(args[1]))) {
            codeb.restores().run(RestoreRequest.of(new BackupId(args[2])).replacingTables("orders", "item"));
        }
    }

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        sql("postgres", "CREATE ROLE reader");
        sql("postgres", "CREATE ROLE boss LOGIN CREATEDB PASSWORD 'b'");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabase() {
        sql("postgres", "CREATE DATABASE app");
        sql("app", DATA);
    }

    @AfterEach
    void nothingIsLeft() {
        Aftermath.noThreadIsLeft();
        Aftermath.eventually(() -> sessions("true"), "0");
        sql("postgres", "DROP DATABASE app");
        assertThat(sql("postgres", "SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE 'codeb%'"))
                .isEmpty();
        assertThat(Aftermath.filesBelow(repository().resolve("_runs"))).isEmpty();
    }

    private static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    private static String sessions(String where) {
        return sql(
                "postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb-%' AND " + where);
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

    private static CodeBException failure(CodeB codeb, RestoreRequest request) {
        CodeBException failure = catchThrowableOfType(
                CodeBException.class, () -> codeb.restores().run(request));
        assertThat(failure).as("the restore fails").isNotNull();
        return failure;
    }

    @Test
    void theyHoldTheRowsOfTheBackupAndAllElseIsAsItWas() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups()
                    .run(BackupRequest.of("shop").withChecksums())
                    .id();
            String orders = sql("app", "SELECT * FROM orders ORDER BY id");
            String before = server.content("app");
            sql(
                    "app",
                    "UPDATE orders SET price = 0; DELETE FROM item; INSERT INTO note (body) VALUES ('second');"
                            + " UPDATE customer SET name = 'Kim'; TRUNCATE fired");

            RestoreResult result =
                    codeb.restores().run(RestoreRequest.of(backup).replacingTables("public.orders", "it*"));

            assertThat(result.tables())
                    .containsExactly(new TableRows("public", "item", 50), new TableRows("public", "orders", 50));
            assertThat(sql("app", "SELECT * FROM orders ORDER BY id")).isEqualTo(orders);
            assertThat(sql("app", "SELECT count(*) FROM note")).isEqualTo("2");
            assertThat(sql("app", "SELECT DISTINCT name FROM customer")).isEqualTo("Kim");
            assertThat(sql("app", "SELECT count(*) FROM fired")).isEqualTo("0");
            BackupId safety = result.safetyBackup().orElseThrow().id();
            assertThat(safety).isNotEqualTo(backup);
            sql("app", "DELETE FROM note WHERE body = 'second'; SELECT setval('note_id_seq', 1)");
            sql("app", "UPDATE customer SET name = 'customer ' || id");
            assertThat(server.content("app")).isEqualTo(before);
        }
    }

    @Test
    void sequencesGoForwardAndNeverBack() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            sql("app", "SELECT setval('note_id_seq', 77)");
            sql("app", "SELECT setval('orders_id_seq', 3)");

            codeb.restores().run(RestoreRequest.of(backup).replacingTables("orders", "note", "item"));

            assertThat(sql("app", "SELECT nextval('note_id_seq'), nextval('orders_id_seq')"))
                    .isEqualTo("78|51");
        }
    }

    @Test
    void whatChangesTheBackupBeforeAnybodySeesItDoesSoHereToo() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();

            codeb.restores()
                    .run(RestoreRequest.of(backup).replacingTables("note").afterLoad("UPDATE note SET body = '***'"));

            assertThat(sql("app", "SELECT body FROM note")).isEqualTo("***");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE orders DROP COLUMN price CASCADE | orders | lacks the backup's column price",
                "ALTER TABLE orders ADD COLUMN more int | orders | has a column more",
                "ALTER TABLE note ALTER body TYPE varchar(9) | note | body is character varying(9) there, and text",
                "CREATE TABLE child () INHERITS (note) | note | has partitions or children",
            })
    void whatDoesNotFitIsToldAndNothingIsChanged(String change, String table, String told) {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            sql("app", change);
            String before = server.content("app");

            CodeBException failure = failure(
                    codeb, RestoreRequest.of(backup).replacingTables(table).safetyBackupWithin(Duration.ofHours(1)));

            assertThat(failure).hasMessageContaining(told.strip());
            assertThat(server.content("app")).isEqualTo(before);
        }
    }

    @Test
    void aTableThatTheDatabaseLacksIsMadeAsItWas() {
        sql("app", "CREATE SCHEMA far; CREATE TABLE far.gone (id serial PRIMARY KEY, c int REFERENCES customer)");
        sql("app", "INSERT INTO far.gone (c) SELECT n FROM generate_series(1, 9) n");
        sql("app", "GRANT SELECT ON far.gone TO reader");
        sql("app", "CREATE TRIGGER fires AFTER INSERT ON far.gone FOR EACH ROW EXECUTE FUNCTION fires()");
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            String before = server.content("app");
            sql("app", "DROP SCHEMA far CASCADE; DROP TABLE item; UPDATE orders SET price = 0");

            codeb.restores().run(RestoreRequest.of(backup).replacingTables("gone", "item", "orders"));

            assertThat(server.content("app")).isEqualTo(before);

            sql("app", "DROP TABLE far.gone; DELETE FROM item; DELETE FROM orders; DELETE FROM customer WHERE id = 3");
            String then = server.content("app");
            CodeBException failure = failure(codeb, RestoreRequest.of(backup).replacingTables("gone"));
            assertThat(failure.code()).as(failure.toString()).isEqualTo(ErrorCode.REFERENCE_BROKEN);
            assertThat(failure).hasMessageContaining("gone_c_fkey");
            assertThat(server.content("app")).isEqualTo(then);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17, 18})
    void itIsTheSameWithServersOfOtherVersionsInContainers(int major) {
        PostgresServer contained = PostgresServer.shared(major);
        Project project = contained.project();
        String database = project.database();
        contained.createDatabase(database);
        contained.sql(database, "CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text)");
        contained.sql(database, "CREATE TABLE b (a int REFERENCES a, n int)");
        contained.sql(database, "INSERT INTO a (t) SELECT 'row ' || n FROM generate_series(1, 1000) n");
        contained.sql(database, "INSERT INTO b SELECT id, id FROM a");
        String before = contained.content(database);
        try (CodeB codeb = codeb(project, repository())) {
            BackupId backup = codeb.backups().run("shop").id();
            contained.sql(database, "DROP TABLE b; UPDATE a SET t = 'changed'");

            codeb.restores().run(RestoreRequest.of(backup).replacingTables("a", "b"));
        }
        assertThat(contained.content(database)).isEqualTo(before);
        Aftermath.serverIsClean(contained);
    }

    @Test
    void aTableThatIsNotInTheBackupIsNone() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            assertThat(failure(codeb, RestoreRequest.of(backup).replacingTables("nothing")))
                    .hasMessageContaining("pattern 'nothing' matches no table");
        }
    }

    @Test
    void aReferenceThatWouldNotHoldIsNamedAndNothingIsChanged() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            sql("app", "DELETE FROM item; DELETE FROM orders; DELETE FROM customer WHERE id = 5");
            String before = server.content("app");

            CodeBException failure = failure(codeb, RestoreRequest.of(backup).replacingTables("orders"));

            assertThat(failure.code()).isEqualTo(ErrorCode.REFERENCE_BROKEN);
            assertThat(failure).hasMessageContaining("of_customer").hasMessageContaining("5 of its rows");
            assertThat(server.content("app")).isEqualTo(before);

            sql("app", "INSERT INTO customer VALUES (5, 'again'), (11, 'new')");
            sql("app", "INSERT INTO orders (customer) VALUES (11)");
            String then = server.content("app");
            assertThat(failure(codeb, RestoreRequest.of(backup).replacingTables("customer"))
                            .code())
                    .isEqualTo(ErrorCode.REFERENCE_BROKEN);
            assertThat(server.content("app")).isEqualTo(then);
        }
    }

    @Test
    void whoDoesNotOwnATableMayNotExchangeItAndAnOwnerNeedNotBeASuperuser() {
        try (CodeB codeb = codeb(
                server.project("app").user("boss").password(Secret.of("b")).option("table-lock-wait", "PT0.2S"),
                repository())) {
            BackupId backup;
            try (CodeB superuser = codeb()) {
                backup = superuser.backups().run("shop").id();
            }
            RestoreRequest request = RestoreRequest.of(backup)
                    .replacingTables("note")
                    .withoutOwners()
                    .withoutPrivileges();
            sql("app", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO boss");
            sql("app", "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO boss");
            assertThat(failure(codeb, request)).hasMessageContaining("does not own public.note");

            sql("app", "ALTER TABLE note OWNER TO boss");
            sql("app", "UPDATE note SET body = 'changed'");
            codeb.restores().run(request);
            assertThat(sql("app", "SELECT body FROM note")).isEqualTo("first");

            sql("app", "ALTER TABLE note ENABLE ROW LEVEL SECURITY; ALTER TABLE note FORCE ROW LEVEL SECURITY");
            assertThat(failure(codeb, request.safetyBackupWithin(Duration.ofHours(1))))
                    .hasMessageContaining("row-level security");
        }
    }

    private static Connection holding(String statement) throws SQLException {
        Connection client = server.connect("app");
        client.setAutoCommit(false);
        try (Statement work = client.createStatement()) {
            work.execute(statement);
        }
        return client;
    }

    @Test
    void whoWritesIsWaitedForAndWhoComesLaterWaits() throws Exception {
        try (CodeB codeb = codeb();
                Connection writer = holding("INSERT INTO note (body) VALUES ('lost')")) {
            BackupId backup;
            try (CodeB other = codeb()) {
                backup = other.backups().run("shop").id();
            }
            CompletableFuture<RestoreResult> restore = CompletableFuture.supplyAsync(
                    () -> codeb.restores().run(RestoreRequest.of(backup).replacingTables("note")));
            Aftermath.eventually(() -> sessions("wait_event_type = 'Lock'"), "1");
            CompletableFuture<String> later =
                    CompletableFuture.supplyAsync(() -> sql("app", "INSERT INTO note (body) VALUES ('kept')"));
            Aftermath.eventually(() -> sql("app", "SELECT count(*) FROM pg_locks WHERE NOT granted"), "2");
            writer.commit();

            assertThat(restore.get().totalRows()).isEqualTo(1);
            assertThat(later.get()).isEmpty();
            assertThat(sql("app", "SELECT string_agg(body, ',' ORDER BY id) FROM note"))
                    .isEqualTo("first,kept");
        }
    }

    @Test
    void whoKeepsATableForTooLongKeepsItAsItWas() throws Exception {
        Project project = server.project("app").option("table-lock-wait", "PT0.2S");
        try (CodeB codeb = codeb(project, repository());
                Connection writer = holding("UPDATE note SET body = 'changed'")) {
            BackupId backup = codeb.backups().run("shop").id();

            CodeBException failure = failure(codeb, RestoreRequest.of(backup).replacingTables("note"));

            assertThat(failure.code()).as(failure.toString()).isEqualTo(ErrorCode.LOCK_TIMEOUT);
            writer.commit();
            assertThat(sql("app", "SELECT body FROM note")).isEqualTo("changed");
        }
    }

    @Test
    void oneThatIsKilledChangesNothingAndNothingOfItStays() throws Exception {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            sql("app", "UPDATE orders SET price = 0");
            String before = server.content("app");
            try (Connection holder = holding("LOCK TABLE item IN ROW EXCLUSIVE MODE")) {
                Process child = ChildJvm.start(
                        ReplacingTablesIT.class,
                        directory.resolve("log"),
                        Integer.toString(server.port()),
                        repository().toString(),
                        backup.value());
                try {
                    Aftermath.eventually(() -> sessions("wait_event_type = 'Lock'"), "1");
                } finally {
                    child.destroyForcibly().waitFor();
                }
                var report = codeb.restores().recover();

                assertThat(report.ok()).isTrue();
                assertThat(report.restores())
                        .extracting(RecoveredRestore::outcome)
                        .containsExactly(Outcome.UNDONE);
                assertThat(holder.isClosed()).isFalse();
            }
            assertThat(server.content("app")).isEqualTo(before);
        }
    }
}
