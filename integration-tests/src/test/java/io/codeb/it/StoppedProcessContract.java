package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.error.LockedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two processes and one project: of one that was stopped in the middle of a backup, and found out when it woke up that
 * the other had gone on, nothing stays.
 */
@Timeout(180)
abstract class StoppedProcessContract {
    private static final String DATABASE = "stopped";

    /** Longer than a lock holds, and shorter than a run counts as alive. */
    private static final long LEASE_IS_OVER = 61;

    /** Longer than a run counts as alive: its programs and sessions are ended by the next one. */
    private static final long RUN_IS_DEAD = 240;

    private static PostgresServer server;

    @TempDir
    Path directory;

    private Path late;

    /** Where the backups are, empty. */
    abstract HeldBackup.Storage storage();

    /** The names of all that is in the storage, unfinished uploads among them. */
    abstract List<String> objects();

    @BeforeAll
    static void makeDatabase() {
        server = PostgresServer.shared(15);
        server.sql("postgres", "DROP DATABASE IF EXISTS " + DATABASE);
        server.createDatabase(DATABASE);
        // Twice as much as is uploaded before the upload is held.
        server.sql(
                DATABASE,
                "CREATE TABLE t AS SELECT g, repeat(md5(g::text), 100) AS filler FROM generate_series(1, 7000) g");
    }

    @BeforeEach
    void nobodyIsLate() throws Exception {
        late = Files.writeString(directory.resolve("late"), "0");
    }

    @AfterEach
    void nothingOfARunIsLeft() {
        Aftermath.serverIsClean(server);
        Aftermath.noThreadIsLeft();
    }

    private HeldBackup held() throws Exception {
        return held(HeldBackup.Point.IN_ITS_UPLOAD);
    }

    private HeldBackup held(HeldBackup.Point point) throws Exception {
        StuckRun.Place podman = new StuckRun.Place(
                "podman",
                PostgresServer.environment("CODEB_TEST_PODMAN_SOCKET"),
                server.container().getContainerId());
        return HeldBackup.start(point, podman, storage(), DATABASE, late);
    }

    private CodeB codeb(Clock clock) {
        return CodeB.builder()
                .clock(clock)
                .repository(storage().repository())
                .project(server.project(DATABASE))
                .build();
    }

    private void onlyOneStands(BackupResult backup, CodeB codeb) {
        assertThat(codeb.catalog().list("shop")).singleElement().satisfies(listed -> assertThat(listed.ref())
                .isEqualTo(backup.ref()));
        assertThat(codeb.catalog().verify(backup.id()).problems()).isEmpty();
        codeb.catalog().sweep(Duration.ZERO);
        assertThat(objects())
                .hasSize(3)
                .filteredOn(name -> name.contains("shop/" + backup.id() + "/"))
                .hasSize(2);
        // Of the one that came to nothing, what keeps it from coming back.
        assertThat(objects())
                .filteredOn(name -> name.endsWith("/manifest.json"))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {LEASE_IS_OVER, RUN_IS_DEAD})
    void whoWakesUpAfterHisLeaseMakesNoBackup(long seconds) throws Exception {
        try (HeldBackup first = held()) {
            first.stop();
            try (CodeB now = codeb(Clock.systemUTC())) {
                assertThatThrownBy(() -> now.backups().run("shop")).isInstanceOf(LockedException.class);
            }
            Files.writeString(late, Long.toString(seconds));
            try (CodeB later = codeb(new HeldBackup.LateClock(late))) {
                BackupResult second = later.backups().run("shop");

                String end = first.goOn();

                assertThat(end).startsWith("LOCKED: ").contains("this run has lost the lock of project shop");
                onlyOneStands(second, later);
            }
        }
    }

    @Test
    void whoDoesNotKnowThatHisLeaseIsOverIsToldByTheStorage() throws Exception {
        Path itsOwn = Files.writeString(directory.resolve("later"), Long.toString(LEASE_IS_OVER));
        try (HeldBackup first = held();
                CodeB later = codeb(new HeldBackup.LateClock(itsOwn))) {
            first.stop();
            BackupResult second = later.backups().run("shop");

            String end = first.goOn();

            assertThat(end).startsWith("LOCKED: ").contains("this run has lost the lock of project shop");
            onlyOneStands(second, later);
        }
    }

    @Test
    void whoIsStoppedAtItsManifestMakesNoBackupThoughItCouldNotTakeItBack() throws Exception {
        Path itsOwn = Files.writeString(directory.resolve("later"), Long.toString(LEASE_IS_OVER));
        try (HeldBackup first = held(HeldBackup.Point.AT_ITS_MANIFEST);
                CodeB later = codeb(new HeldBackup.LateClock(itsOwn))) {
            first.stop();
            BackupResult second = later.backups().run("shop");

            String end = first.goOn();

            assertThat(end).startsWith("LOCKED: ").contains("this run has lost the lock of project shop");
            onlyOneStands(second, later);
        }
    }

    @Test
    void whoWakesUpBeforeHisLeaseIsOverGoesOn() throws Exception {
        try (HeldBackup first = held();
                CodeB other = codeb(Clock.systemUTC())) {
            first.stop();
            assertThatThrownBy(() -> other.backups().run("shop")).isInstanceOf(LockedException.class);

            assertThat(first.goOn()).isEqualTo("done");

            assertThat(other.catalog().list("shop")).hasSize(1);
        }
    }

    @Test
    void whoIsKilledIsInNobodysWay() throws Exception {
        try (HeldBackup first = held();
                CodeB other = codeb(Clock.systemUTC())) {
            first.kill();

            BackupResult second = other.backups().run("shop");

            onlyOneStands(second, other);
        }
    }
}
