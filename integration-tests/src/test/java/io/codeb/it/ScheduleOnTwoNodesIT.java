package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.Backup;
import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.JobRun;
import io.codeb.ScheduledJob;
import io.codeb.error.ConfigException;
import io.codeb.schedule.CronLine;
import io.codeb.schedule.jdbc.ClusteredSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** Two nodes of an application, each a process of its own, and a real PostgreSQL that has their table. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ScheduleOnTwoNodesIT {
    private static final String TABLE = "codeb_schedule";

    private final HostPostgres server = HostPostgres.start();
    private final List<Process> nodes = new ArrayList<>();

    @TempDir
    private Path directory;

    @BeforeEach
    void makeDatabase() {
        server.run("createdb", "--maintenance-db=postgres", "app");
        server.sql("app", "CREATE TABLE orders (id int); INSERT INTO orders SELECT generate_series(1, 1000)");
        ClusteredSchedule.on(source()).createTable();
        ClusteredSchedule.on(source()).createTable();
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Process node : nodes) {
            assertThat(node.destroyForcibly().waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        server.close();
    }

    private Process start(CronLine line, String name) throws IOException {
        Process node = ClusterProcess.start(server, repository(), line, name);
        nodes.add(node);
        return node;
    }

    private PGSimpleDataSource source() {
        PGSimpleDataSource source = server.dataSource();
        source.setDatabaseName("postgres");
        return source;
    }

    private Path repository() {
        return directory.resolve("repository");
    }

    /** Once a day, in the next minute but for one that is almost here: both nodes are there before that. */
    private static CronLine soon() {
        LocalTime minute = LocalTime.now(ZoneOffset.UTC).plusSeconds(75);
        return CronLine.of(minute.getMinute() + " " + minute.getHour() + " * * *");
    }

    private int begun(String node) {
        try {
            Path file = ClusterProcess.begun(repository(), node);
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private CodeB look(CronLine line) {
        return CodeB.builder()
                .repository(BackupRepository.at(repository()))
                .project(server.project("app"))
                .schedule(ScheduledJob.backup("shop", line))
                .build();
    }

    private String log(String node) {
        try {
            return Files.readString(directory.resolve(node + ".log"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void await(Process alive, String log, BooleanSupplier reached) throws InterruptedException {
        while (!reached.getAsBoolean()) {
            assertThat(alive.waitFor(100, TimeUnit.MILLISECONDS)).as(log(log)).isFalse();
        }
    }

    private boolean isSettled() {
        return server.sql(
                        "postgres",
                        "SELECT count(*) FROM " + TABLE
                                + " WHERE NOT picked AND last_success IS NOT NULL AND execution_time > now()")
                .equals("1");
    }

    private boolean someBackupWaits() {
        return server.sql(
                        "postgres",
                        "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'app'")
                .equals("t");
    }

    private void assertOneBackup(CronLine line, Instant due) {
        try (CodeB codeb = look(line)) {
            List<Backup> backups = codeb.catalog().list("shop");
            assertThat(backups).hasSize(1);
            assertThat(codeb.catalog().verify(backups.get(0).id()).problems()).isEmpty();
            JobRun run = codeb.schedules().jobs().get(0).last().orElseThrow();
            assertThat(run.ok()).as(run.message()).isTrue();
            assertThat(run.due()).isEqualTo(due);
        }
    }

    @Test
    void ofTwoNodesOneMakesTheBackup() throws Exception {
        CronLine line = soon();
        Instant due = line.next(Instant.now());
        Process one = start(line, "one");
        Process two = start(line, "two");

        await(one, "one", this::isSettled);

        assertThat(begun("one") + begun("two")).isEqualTo(1);
        assertOneBackup(line, due);
        one.destroy();
        two.destroy();
        assertThat(one.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(two.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(log("one")).contains("all had ended: true");
        assertThat(log("two")).contains("all had ended: true");
        assertOneBackup(line, due);
    }

    @Test
    void whatANodeHadBegunThatWasKilledIsDoneByTheOther() throws Exception {
        CronLine line = soon();
        Instant due = line.next(Instant.now());
        Process other;
        String otherName;
        try (Connection connection = server.connect("app");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
            Process one = start(line, "one");
            Process two = start(line, "two");
            await(one, "one", this::someBackupWaits);
            assertThat(begun("one") + begun("two")).isEqualTo(1);
            Process dying = begun("one") == 1 ? one : two;
            other = dying == one ? two : one;
            otherName = dying == one ? "two" : "one";

            assertThat(dying.destroyForcibly().waitFor(60, TimeUnit.SECONDS)).isTrue();

            assertThat(dying.exitValue()).isEqualTo(137);
            await(other, otherName, () -> begun(otherName) == 1);
        }

        await(other, otherName, this::isSettled);

        assertThat(List.of(begun("one"), begun("two"))).containsExactly(1, 1);
        assertOneBackup(line, due);
    }

    @Test
    void aNodeThatIsStoppedLeavesWhatItCancelsToAnother() throws Exception {
        CronLine line = soon();
        Instant due = line.next(Instant.now());
        try (Connection connection = server.connect("app");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
            Process one = start(line, "one");
            await(one, "one", this::someBackupWaits);

            one.destroy();

            assertThat(one.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(log("one")).contains("all had ended: false");
        }

        await(start(line, "two"), "two", this::isSettled);

        assertOneBackup(line, due);
    }

    @Test
    void aTableThatIsNotThereIsSaidAtOnce() {
        try (CodeB codeb = look(soon())) {
            assertThatThrownBy(() ->
                            ClusteredSchedule.on(source()).table("nowhere").start(codeb))
                    .isInstanceOfSatisfying(ConfigException.class, refusal -> {
                        assertThat(refusal).hasMessageContaining("table nowhere of the schedule cannot be read");
                        assertThat(refusal.hint()).contains("createTable()");
                    });
        }
    }

    @Test
    void aTableCanBeInASchemaOfItsOwn() {
        server.sql("postgres", "CREATE SCHEMA ops");
        ClusteredSchedule schedule = ClusteredSchedule.on(source()).table("ops.jobs");

        schedule.createTable();

        Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try (CodeB codeb = look(soon())) {
            schedule.start(codeb).close();
        }
        assertThat(server.sql("postgres", "SELECT task_name || execution_time::timestamptz::date FROM ops.jobs"))
                .startsWith("shop/backup" + before.toString().substring(0, 4));
    }
}
