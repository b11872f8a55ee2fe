package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.BackupRepository;
import io.codeb.CleanUpReport;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RecoveredRestore;
import io.codeb.RecoveredRestore.Outcome;
import io.codeb.RecoveryReport;
import io.codeb.RestoreRequest;
import io.codeb.RollbackRequest;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A restore whose process is killed, in the middle or at its last step, is finished or undone, and it is told which.
 * At its last step a lock holds it up; its psql outlives it, and does what it was told when the lock is gone.
 */
@Timeout(180)
class RecoveryIT {
    private static final String TABLE = "CREATE TABLE version (n int);\n";
    private static final String ROW = "INSERT INTO version VALUES (2);\n";

    private static HostPostgres server;

    @TempDir
    Path directory;

    /** A restore of version 2, and what holds up its last step. */
    private enum Form {
        REPLACING("app", TABLE + ROW, "postgres", "COMMENT ON DATABASE app IS 'held'"),
        EXISTING("copy", Form.HOLDING, "copy", Form.LOCK),
        EMPTYING("app", Form.HOLDING, "app", Form.LOCK);

        private static final String LOCK = "SELECT pg_advisory_xact_lock(4711)";
        private static final String HOLDING = TABLE + """
                CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON version DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION hold();
                """ + ROW;

        private final String database;
        private final String script;
        private final String lockedFrom;
        private final String lock;

        Form(String database, String script, String lockedFrom, String lock) {
            this.database = database;
            this.script = script;
            this.lockedFrom = lockedFrom;
            this.lock = lock;
        }

        RestoreRequest of(RestoreRequest request) {
            return switch (this) {
                case REPLACING -> request.replacing();
                case EXISTING -> request.into(database).intoExisting();
                case EMPTYING -> request.emptying();
            };
        }

        /** Held until the connection is closed. */
        Connection lock() throws SQLException {
            Connection holder = server.connect(lockedFrom);
            holder.setAutoCommit(false);
            try (Statement statement = holder.createStatement()) {
                statement.execute(lock);
            }
            return holder;
        }
    }

    /** In place of a form. */
    private static final String ROLL_BACK = "ROLL_BACK";

    /** The restore, or the roll-back, that is killed. */
    public static void main(String[] args) {
        try (CodeB codeb = codeb(HostPostgres.project(Integer.parseInt(args[0]), "app"), Path.of(args[1]))) {
            if (args[3].equals(ROLL_BACK)) {
                codeb.restores().rollback(RollbackRequest.of("shop"));
                return;
            }
            RestoreRequest request = RestoreRequest.ofFile(Path.of(args[2])).onProject("shop");
            codeb.restores().run(Form.valueOf(args[3]).of(request));
        }
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

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabases() {
        sql("postgres", "CREATE DATABASE copy");
        sql("postgres", "CREATE DATABASE app");
        sql("app", TABLE + "INSERT INTO version VALUES (1)");
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(sessions("true")).isEqualTo("0");
        assertThat(records()).isEmpty();
        assertThat(databases("codeb\\_new%")).isEmpty();
        Stream.of("app", "copy", databases("codeb\\_old%"))
                .filter(name -> !name.isEmpty())
                .forEach(name -> sql("postgres", "DROP DATABASE \"" + name + "\""));
        Aftermath.noThreadIsLeft();
    }

    private static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    private static String databases(String like) {
        return sql("postgres", "SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE '" + like + "'");
    }

    private static String sessions(String where) {
        return sql(
                "postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb-%' AND " + where);
    }

    private List<Path> records() {
        return Aftermath.filesBelow(repository().resolve("_runs"));
    }

    /** What the databases are, where nothing was restored. */
    private static void nothingWasRestored() {
        assertThat(sql("app", "SELECT n FROM version")).isEqualTo("1");
        assertThat(sql("copy", "SELECT count(*) FROM pg_class WHERE relname = 'version'"))
                .isEqualTo("0");
    }

    /** Begins a restore in a process of its own, waits until it is where it is to die, and kills it. */
    private void kill(Form form, String script, String where) throws IOException, InterruptedException {
        kill(form.name(), script, where);
    }

    private void kill(String operation, String script, String where) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("dump.sql"), script);
        Path log = directory.resolve("log");
        Process child = ChildJvm.start(
                RecoveryIT.class,
                log,
                Integer.toString(server.port()),
                repository().toString(),
                file.toString(),
                operation);
        try {
            // The record of a run that does not wait for the storage is written on the side.
            Aftermath.eventually(
                    () -> !child.isAlive() ? "it ended" : records().isEmpty() ? "no record" : sessions(where), "1");
        } catch (AssertionError e) {
            throw new AssertionError(Files.readString(log), e);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private void killAtItsLastStep(Form form) throws IOException, InterruptedException {
        kill(form, form.script, "wait_event_type = 'Lock'");
    }

    private static void recovers(CodeB codeb, Form form, Outcome outcome) {
        RecoveryReport report = codeb.restores().recover();
        assertThat(report.failures()).isEmpty();
        assertThat(report.restores()).singleElement().satisfies(restore -> {
            assertThat(restore.database()).isEqualTo(form.database);
            assertThat(restore.outcome()).isEqualTo(outcome);
        });
        assertThat(codeb.restores().recover().restores()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasKilledInTheMiddleIsUndone(Form form) throws Exception {
        kill(form, TABLE + "SELECT pg_sleep(600);\n" + ROW, "query LIKE 'SELECT pg_sleep(600)%'");
        try (CodeB codeb = codeb()) {
            recovers(codeb, form, Outcome.UNDONE);
        }
        nothingWasRestored();
    }

    @ParameterizedTest
    @EnumSource
    void aLastStepThatIsStillToBeDoneIsKeptFromIt(Form form) throws Exception {
        try (Connection held = form.lock();
                CodeB codeb = codeb()) {
            killAtItsLastStep(form);
            recovers(codeb, form, Outcome.UNDONE);
            assertThat(held.isClosed()).isFalse();
        }
        nothingWasRestored();
    }

    @ParameterizedTest
    @EnumSource
    void aLastStepThatWasDoneIsFinished(Form form) throws Exception {
        try (Connection held = form.lock()) {
            killAtItsLastStep(form);
            assertThat(held.isClosed()).isFalse();
        }
        Aftermath.eventually(() -> sessions("true"), "0");
        assertThat(sql(form.database, "SELECT n FROM version")).isEqualTo("2");
        try (CodeB codeb = codeb()) {
            recovers(codeb, form, Outcome.FINISHED);
            if (form == Form.REPLACING) {
                assertThat(codeb.restores().replaced("shop")).hasSize(1);
                codeb.restores().rollback(RollbackRequest.of("shop"));
                assertThat(sql("app", "SELECT n FROM version")).isEqualTo("1");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatCrashedAtTheLastStepHasNotDoneIt(Form form) throws Exception {
        try (Connection held = form.lock()) {
            killAtItsLastStep(form);
            server.crash();
            assertThat(held.isValid(1)).isFalse();
        }
        try (CodeB codeb = codeb()) {
            recovers(codeb, form, Outcome.UNDONE);
        }
        nothingWasRestored();
    }

    @Test
    void aRollBackThatWasKilledIsKeptFromItsLastStepAndNothingOfItStays() throws Exception {
        Path file = Files.writeString(directory.resolve("dump.sql"), TABLE + ROW);
        try (CodeB codeb = codeb()) {
            codeb.restores().run(RestoreRequest.ofFile(file).onProject("shop").replacing());
            try (Connection held = Form.REPLACING.lock()) {
                kill(ROLL_BACK, "", "wait_event_type = 'Lock'");
                assertThat(records()).hasSize(1);

                RecoveryReport report = codeb.restores().recover();

                assertThat(report.ok()).isTrue();
                assertThat(report.restores()).isEmpty();
                assertThat(report.projects().values())
                        .flatExtracting(CleanUpReport::ended)
                        .isNotEmpty();
                assertThat(sessions("true")).isEqualTo("0");
                assertThat(held.isClosed()).isFalse();
            }
            assertThat(sql("app", "SELECT n FROM version")).isEqualTo("2");
            assertThat(codeb.restores().replaced("shop")).hasSize(1);
        }
    }

    /** A server whose owner lets nobody ask is restored into all the same. */
    @Test
    void whereNobodyMayAskNobodyCanTell() throws Exception {
        sql("postgres", "CREATE ROLE humble LOGIN CREATEDB PASSWORD 'h'");
        sql("postgres", "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
        Path file = Files.writeString(directory.resolve("dump.sql"), TABLE + ROW);
        try (CodeB codeb = codeb(server.project("new").user("humble").password(Secret.of("h")), repository())) {
            RestoreRequest request = RestoreRequest.ofFile(file).onProject("shop");

            assertThat(codeb.restores().run(request).totalRows()).isEqualTo(1);
            assertThat(codeb.restores().recover().ok()).isTrue();
        } finally {
            sql("postgres", "GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC");
            sql("postgres", "DROP DATABASE new");
            sql("postgres", "DROP ROLE humble");
        }
    }

    /** Takes the record of a run, and not what is noted in it before the last step. */
    private static final class ForgetfulStorage implements StorageProvider {
        @Override
        public String id() {
            return "forgetful";
        }

        @Override
        public StorageBackend create(ProviderConfig config) {
            return FaultyStorage.around(Installed.storageBehind(config))
                    .with(StorageFault.fail(StorageCall.FINISH)
                            .ofKeys(key -> key.value().startsWith("_runs/"))
                            .atCall(2));
        }
    }

    /** A safety backup has a record of its own, and notes nothing in it. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EMPTYING")
    void aLastStepThatCannotBeNotedIsNotTaken(Form form) throws Exception {
        Path file = Files.writeString(directory.resolve("dump.sql"), TABLE + ROW);
        try (CodeB codeb = CodeB.builder()
                .storage(new ForgetfulStorage())
                .repository(BackupRepository.at(
                        "forgetful:" + BackupRepository.at(repository()).location()))
                .project(server.project("app"))
                .build()) {
            RestoreRequest request = form.of(RestoreRequest.ofFile(file).onProject("shop"));
            assertThatThrownBy(() -> codeb.restores().run(request))
                    .isInstanceOfSatisfying(CodeBException.class, failure -> assertThat(failure.code())
                            .isEqualTo(ErrorCode.STORAGE_FAILED));
            assertThat(codeb.restores().recover().restores()).isEmpty();
        }
        nothingWasRestored();
    }

    @Test
    void theNextRunBringsOrderToo() throws Exception {
        try (Connection held = Form.REPLACING.lock();
                CodeB codeb = codeb()) {
            killAtItsLastStep(Form.REPLACING);
            assertThat(codeb.backups().run("shop").notices()).isEmpty();
            assertThat(held.isClosed()).isFalse();
        }
        nothingWasRestored();
    }

    /** Another server, another past, a number that is yet to come, and what would be run if it were believed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1/00000001/1000",
                "$1/00000002/1000",
                "$1/00000001/999999999",
                "$1/00000001/1); DROP DATABASE app; --",
                "unknown",
                ""
            })
    void whatTheServerCannotTellIsToldAsThat(String step) throws Exception {
        kill(Form.REPLACING, TABLE + "SELECT pg_sleep(600);\n", "query LIKE 'SELECT pg_sleep(600)%'");
        Path record = records().get(0);
        String system = sql("postgres", "SELECT system_identifier FROM pg_control_system()");
        Files.writeString(
                record,
                Files.readString(record).replaceFirst("\\}$", ",\"step\":\"" + step.replace("$1", system) + "\"}"));
        try (CodeB codeb = codeb()) {
            RecoveryReport report = codeb.restores().recover();

            assertThat(report.ok()).isFalse();
            assertThat(report.restores()).extracting(RecoveredRestore::outcome).containsExactly(Outcome.UNKNOWN);
        }
        nothingWasRestored();
    }
}
