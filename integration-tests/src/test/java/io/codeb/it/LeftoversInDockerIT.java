package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.Run;
import io.codeb.model.BackupId;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Leftovers in a container of Docker's, whose containers outlive their daemon: a command that the daemon had started
 * goes on without anybody who reads what it writes.
 */
class LeftoversInDockerIT extends LeftoversContract {
    @RegisterExtension
    static final DockerEngine DOCKER = DockerEngine.alone();

    private static DockerPostgres server;

    @BeforeAll
    static void startServer() {
        server = DockerPostgres.start(DOCKER, "--network=none", "--shm-size=256m");
    }

    @AfterAll
    static void removeServer() {
        server.close();
    }

    @Override
    StuckRun.Place place() {
        return new StuckRun.Place("docker", DOCKER.socket().toString(), server.container());
    }

    @Override
    String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    @Override
    String processes() {
        return DOCKER.docker("exec", server.container(), "sh", "-c", "cat /proc/[0-9]*/comm 2>/dev/null || true");
    }

    @Test
    void aBackupWhoseDaemonHasDiedIsNotInTheWayOfTheNext() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (CodeB stuck = CodeB.builder()
                .codec(StuckRun.codec(end))
                .repository(BackupRepository.at(repository()).codec(HoldingCodec.HELD, Map.of()))
                .project(place().project(LIVE))
                .build()) {
            Run<?> run = stuck.start(BackupRequest.of("shop"));
            Aftermath.eventually(
                    () -> sql("postgres", "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'ClientWrite'"),
                    "t");
            restartDaemon();
            end.countDown();
            assertThat(run.result()).failsWithin(Duration.ofMinutes(1)).withThrowableOfType(ExecutionException.class);
        }

        codeb().backups().run("shop");

        nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRestoreWhoseDaemonHasDiedIsNotInTheWayOfTheNext(boolean replacing) throws Exception {
        BackupId backup = codeb().backups().run("shop").id();
        sql("postgres", "CREATE DATABASE " + StuckRun.EMPTY);
        CountDownLatch end = new CountDownLatch(1);
        RestoreRequest half = StuckRun.script(end);
        Run<RestoreResult> run = codeb().start(
                        replacing
                                ? half.replacing(Duration.ZERO)
                                : half.into(StuckRun.EMPTY).intoExisting());
        Aftermath.eventually(
                () -> sql("postgres", "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE 'COPY half%'"), "t");
        restartDaemon();
        end.countDown();
        assertThat(run.result()).failsWithin(Duration.ofMinutes(2)).withThrowableOfType(ExecutionException.class);

        RestoreResult restored =
                codeb().restores().run(RestoreRequest.of(backup).replacing(Duration.ZERO));

        assertThat(restored.totalRows()).isEqualTo(20_000);
        nothingIsLeft();
        sql("postgres", "DROP DATABASE " + StuckRun.EMPTY);
    }

    /** Kills Docker's daemon, and starts it again with the same words. */
    private void restartDaemon() throws IOException, InterruptedException {
        String pid =
                Files.readString(DOCKER.socket().resolveSibling("docker.pid")).strip();
        Path process = Path.of("/proc", pid);
        List<String> words = split(process.resolve("cmdline"));
        words.set(0, Files.readSymbolicLink(process.resolve("exe")).toString());
        List<String> variables = split(process.resolve("environ"));
        ProcessHandle daemon = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        daemon.destroyForcibly();
        Aftermath.eventually(daemon::isAlive, false);

        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("dockerd.log").toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().clear();
        for (String variable : variables) {
            String[] parts = variable.split("=", 2);
            builder.environment().put(parts[0], parts[1]);
        }
        builder.start();
        server.await();
    }

    private static List<String> split(Path file) throws IOException {
        return new ArrayList<>(Arrays.asList(Files.readString(file).split("\0", 0)));
    }
}
