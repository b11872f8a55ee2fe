package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.codeb.BackupRepository;
import io.codeb.CleanUpReport;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.Run;
import io.codeb.model.BackupId;
import io.codeb.model.Leftover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run that was killed leaves is ended by the next one, and what belongs to anybody else is let alone. */
@Timeout(180)
abstract class LeftoversContract {
    static final String LIVE = "left_live";

    @TempDir
    Path directory;

    private CodeB codeb;

    /** Where the server is. */
    abstract StuckRun.Place place();

    /** Asks the server, as its owner. */
    abstract String sql(String database, String statement);

    /** What the container's processes are called, a line each. */
    abstract String processes();

    Path repository() {
        return directory.resolve("repository");
    }

    CodeB codeb() {
        return codeb;
    }

    @BeforeEach
    void makeDatabase() throws IOException {
        Files.createDirectory(repository());
        codeb = CodeB.builder()
                .repository(BackupRepository.at(repository()))
                .project(place().project(LIVE))
                .build();
        sql("postgres", "CREATE DATABASE " + LIVE);
        // More than pipes and sockets hold on the way.
        sql(LIVE, "CREATE TABLE t AS SELECT g, repeat(md5(g::text), 100) AS filler FROM generate_series(1, 20000) g");
    }

    @AfterEach
    void close() {
        codeb.close();
        sql("postgres", "DROP DATABASE IF EXISTS " + LIVE + " WITH (FORCE)");
        nothingIsLeft();
    }

    final void nothingIsLeft() {
        Aftermath.eventually(this::left, "");
        assertThat(repository().resolve("_runs"))
                .satisfiesAnyOf(none -> assertThat(none).doesNotExist(), empty -> assertThat(empty)
                        .isEmptyDirectory());
    }

    private String left() {
        String sessions = sql(
                "postgres",
                "SELECT coalesce(string_agg(application_name, ' '), '') FROM pg_stat_activity"
                        + " WHERE application_name LIKE 'codeb%'");
        String databases = sql(
                "postgres",
                "SELECT coalesce(string_agg(datname, ' '), '') FROM pg_database WHERE datname LIKE 'codeb\\_%'");
        String programs = String.join(
                " ",
                processes()
                        .lines()
                        .filter(name -> name.matches("psql|pg_dump|pg_restore"))
                        .toList());
        return (sessions + " " + databases + " " + programs).strip();
    }

    private void kill(String what, String stuck) throws IOException, InterruptedException {
        Process child = StuckRun.start(place(), repository(), LIVE, what);
        try {
            Aftermath.eventually(
                    () -> sql("postgres", "SELECT count(*) > 0 FROM pg_stat_activity WHERE " + stuck), "t");
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void aBackupThatWasKilledIsNotInTheWayOfTheNext() throws Exception {
        kill("backup", "application_name LIKE 'codeb-%' AND wait_event = 'ClientWrite'");

        codeb.backups().run("shop");

        nothingIsLeft();
        assertThat(codeb.catalog().list("shop")).hasSize(1);
    }

    @Test
    void aRestoreThatWasKilledIsNotInTheWayOfTheNext() throws Exception {
        BackupId backup = codeb.backups().run("shop").id();
        kill("replacing", "datname LIKE 'codeb\\_new\\_%' AND wait_event = 'ClientRead' AND query LIKE 'COPY half%'");

        RestoreResult restored = codeb.restores().run(RestoreRequest.of(backup).replacing(Duration.ZERO));

        assertThat(restored.totalRows()).isEqualTo(20_000);
        nothingIsLeft();
    }

    @Test
    void aRestoreThatWasKilledWhileIndexesAreBuiltIsNotInTheWayOfTheNext() throws Exception {
        sql(LIVE, """
                CREATE FUNCTION slow(g int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
                    PERFORM pg_catalog.pg_sleep(600) WHERE g = 1 AND current_database() LIKE 'codeb%'
                        AND EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'left_slow');
                    RETURN g;
                END $$;
                CREATE TABLE many AS SELECT g FROM generate_series(1, 100000) g;
                CREATE INDEX slow_one ON many (slow(g));
                CREATE INDEX slow_other ON many (slow(g), g);
                """);
        BackupId backup = codeb.backups().run("shop").id();
        sql("postgres", "CREATE ROLE left_slow");
        try {
            kill(
                    "load",
                    "2 = (SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'codeb\\_new\\_%'"
                            + " AND query LIKE 'CREATE INDEX slow%' AND state = 'active')");
        } finally {
            sql("postgres", "DROP ROLE left_slow");
        }

        RestoreResult restored = codeb.restores().run(RestoreRequest.of(backup).replacing(Duration.ZERO));

        assertThat(restored.totalRows()).isEqualTo(120_000);
        nothingIsLeft();
    }

    @Test
    void cleaningUpEndsWhatIsLeftAndTellsIt() throws Exception {
        kill("replacing", "datname LIKE 'codeb\\_new\\_%' AND wait_event = 'ClientRead' AND query LIKE 'COPY half%'");

        CleanUpReport report = codeb.databases().cleanUp("shop");

        assertThat(report.kept()).isEmpty();
        assertThat(report.ended()).extracting(Leftover::kind).contains(Leftover.Kind.DATABASE);
        assertThat(report.ended())
                .extracting(Leftover::run)
                .containsOnly(report.ended().get(0).run());
        assertThat(sql(LIVE, "SELECT count(*) FROM t")).isEqualTo("20000");
        nothingIsLeft();
        assertThat(codeb.databases().cleanUp("shop").leftovers()).isEmpty();
    }

    @Test
    void aTransactionThatWasLeftOpenInADatabaseIsNotWaitedFor() throws Exception {
        sql("postgres", "CREATE DATABASE " + StuckRun.EMPTY);
        kill(
                "existing",
                "datname = '" + StuckRun.EMPTY + "' AND wait_event = 'ClientRead' AND query LIKE 'COPY half%'");

        codeb.backups().run("shop");

        nothingIsLeft();
        assertThat(sql(StuckRun.EMPTY, "SELECT count(*) FROM pg_class WHERE relname = 'half'"))
                .isEqualTo("0");
        sql("postgres", "DROP DATABASE " + StuckRun.EMPTY);
    }

    @Test
    void whatBelongsToARunThatGoesOnIsLetAlone() throws Exception {
        try (CodeB other = CodeB.builder()
                .repository(BackupRepository.at(repository()))
                .project(place().project(LIVE))
                .build()) {
            CountDownLatch end = new CountDownLatch(1);
            Run<RestoreResult> going = other.start(StuckRun.script(end).replacing(Duration.ZERO));
            Aftermath.eventually(
                    () -> sql("postgres", "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE 'COPY half%'"),
                    "t");

            CleanUpReport report = codeb.databases().cleanUp("shop");

            assertThat(report.ended()).isEmpty();
            assertThat(report.kept())
                    .extracting(Leftover::run, Leftover::keptBecause)
                    .containsOnly(tuple(going.id(), "its run goes on"));
            assertThat(report.kept())
                    .extracting(Leftover::kind)
                    .contains(Leftover.Kind.SESSION, Leftover.Kind.DATABASE);
            assertThat(sql("postgres", "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE 'COPY half%'"))
                    .isEqualTo("t");
            going.cancel("that was all");
            end.countDown();
            assertThat(going.result()).failsWithin(Duration.ofMinutes(1)).withThrowableOfType(ExecutionException.class);
        }
    }

    @Test
    void whatNobodyHasARecordOfIsToldAndLetAlone() {
        String database = "codeb_new_" + UUID.randomUUID();
        sql("postgres", "CREATE DATABASE \"" + database + "\"");

        List<Leftover> kept = codeb.databases().cleanUp("shop").kept();

        assertThat(kept).extracting(Leftover::name).containsExactly(database);
        assertThat(kept.get(0).keptBecause()).contains("no repository here has a record");
        sql("postgres", "DROP DATABASE \"" + database + "\"");
    }
}
