package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.RestoreRequest;
import io.codeb.deploy.Application;
import io.codeb.deploy.CommandMigration;
import io.codeb.deploy.DeployCommand;
import io.codeb.deploy.DeployFailedException;
import io.codeb.deploy.DeployReport;
import io.codeb.deploy.DeployService;
import io.codeb.deploy.GitSource;
import io.codeb.deploy.GuardReport;
import io.codeb.deploy.GuardRequest;
import io.codeb.deploy.GuardStep;
import io.codeb.deploy.ImageRequest;
import io.codeb.deploy.RehearsalRequest;
import io.codeb.deploy.SqlMigration;
import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What cannot be deployed is told by its code, and the old version serves all the while, on the database as it was. */
@Timeout(300)
class DeployServiceIT extends DeployedApplication {
    private static final String WEB = "CMD [\"busybox\", \"httpd\", \"-f\", \"-p\", \"8080\", \"-h\", \"/www\"]\n";

    private DeployReport first;
    private String before;

    @BeforeEach
    void deployTheFirstVersion() throws IOException, GitAPIException {
        server.sql(
                database, "CREATE TABLE users (id int PRIMARY KEY); INSERT INTO users SELECT generate_series(1, 10)");
        version("v1", WEB);
        first = DeployService.of(codeb).deploy(plain(), image(directory));
        before = server.content(database);
        visitors.begin();
        visitors.await("v1 10");
    }

    @Override
    String page() {
        return "/cgi-bin/app";
    }

    /** Without migrations. */
    private Application plain() {
        String address = address(codeb);
        return application(directory)
                .container(spec -> spec.withEnvironment("PGHOST", address)
                        .withEnvironment("PGUSER", PostgresServer.USER)
                        .withEnvironment("PGDATABASE", database)
                        .withSecret("PGPASSWORD", Secret.of(PostgresServer.PASSWORD))
                        .withMemory(256L << 20))
                .within(Duration.ofSeconds(10));
    }

    @Override
    Application application() {
        return plain();
    }

    /** A version that says its number and how many users there are, if it is run like that. */
    private void version(String version, String run) throws IOException, GitAPIException {
        put(
                "work/Containerfile",
                "FROM " + IMAGES + "/postgres-busybox:15\nCOPY --chmod=755 www /www\nENTRYPOINT []\n" + run);
        put(
                "work/www/cgi-bin/app",
                "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\necho \"" + version
                        + " $(psql -XAtqc 'SELECT count(*) FROM users' 2>&1)\"\n");
        commit(version);
    }

    private void assertThatNothingHasChanged() {
        visitors.awaitMore();
        assertThat(visitors.failures()).isEmpty();
        assertThat(visitors.answers()).containsExactly("v1 10");
        assertThat(containers()).containsExactly(first.container());
        assertThat(server.content(database)).isEqualTo(before);
        assertThat(DeployService.of(codeb).releases(PROJECT).releases()).hasSize(1);
    }

    @Test
    void whatCannotBeBuiltOrStarted() throws Exception {
        ImageRequest nowhere = ImageRequest.of(PROJECT, GitSource.at(directory.resolve("nowhere")));
        fails(plain(), nowhere, ErrorCode.SOURCE_NOT_FOUND);
        ImageRequest noBranch = ImageRequest.of(PROJECT, GitSource.at(work()).branch("none"));
        fails(plain(), noBranch, ErrorCode.SOURCE_NOT_FOUND);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Application onATakenPort = plain().container(spec -> spec.withPort(9, "127.0.0.1", taken.getLocalPort()));
            fails(onATakenPort, image(directory), ErrorCode.CONTAINER_REFUSED);
        }
        version("v2", "RUN echo no further && false\n" + WEB);
        assertThat(fails(ErrorCode.IMAGE_NOT_BUILT)).hasMessageContaining("no further");
        version("v3", "CMD [\"sh\", \"-c\", \"echo not ready; exit 3\"]\n");
        assertThat(fails(ErrorCode.CONTAINER_NOT_RUNNING))
                .hasMessageContaining("status 3")
                .hasMessageContaining("not ready");

        assertThatNothingHasChanged();
    }

    @Test
    void aVersionThatNeverListensIsNotWell() throws Exception {
        version("v2", "CMD [\"sleep\", \"1000\"]\n");

        DeployFailedException silent =
                fails(plain().within(Duration.ofSeconds(3)), image(directory), ErrorCode.PROBE_FAILED);

        assertThat(silent).hasMessageContaining("nobody answers");
        assertThatNothingHasChanged();
    }

    @Test
    void whatWouldHarmTheDatabase() throws Exception {
        put("migrations/1.sql", "DROP TABLE users");
        Application dropping = plain().guard(container -> GuardRequest.of(PROJECT)
                .migrate(SqlMigration.in(directory.resolve("migrations")))
                .rehearsing(RehearsalRequest.of(PROJECT).losingAtMost(9)));

        DeployFailedException lost = fails(dropping, image(directory), ErrorCode.ROWS_MISSING);

        assertThat(lost).hasMessageContaining("public.users 10");
        GuardReport report = lost.report().guard().orElseThrow();
        assertThat(report.outcome()).isEqualTo(GuardReport.Outcome.UNTOUCHED);
        assertThat(report.steps())
                .extracting(GuardStep::kind)
                .containsExactly(GuardStep.Kind.BACKUP, GuardStep.Kind.CHECK, GuardStep.Kind.REHEARSE);
        BackupRef others = new BackupRef("default", "other", new BackupId("20260102T030405Z-k3f7q2x7"));
        fails(
                plain().guard(container -> GuardRequest.of(PROJECT)
                        .restore(RestoreRequest.of(others).replacing())),
                image(directory),
                ErrorCode.CONFIG_INVALID);
        assertThatNothingHasChanged();
    }

    @Test
    void aMigrationThatHangsIsEndedInItsContainerAndNoOtherDeploymentBeginsMeanwhile() throws Exception {
        String seconds = "61235";
        DeployCommand sleep = DeployCommand.in(server.container().getContainerId(), "sleep", seconds);
        Application hanging = plain().guard(container ->
                GuardRequest.of(PROJECT).migrate(CommandMigration.of(sleep)).migratingWithin(Duration.ofSeconds(8)));

        CompletableFuture<DeployFailedException> deployment =
                CompletableFuture.supplyAsync(() -> fails(hanging, image(directory), ErrorCode.MIGRATION_FAILED));
        Aftermath.eventually(() -> deployment.isDone() || sleeps(seconds), true);
        assertThat(sleeps(seconds)).isTrue();
        assertThatThrownBy(() -> DeployService.of(codeb).deploy(plain(), image(directory)))
                .isInstanceOf(LockedException.class);

        assertThat(deployment.get()).hasMessageContaining("was not done within");
        assertThat(sleeps(seconds)).isFalse();
        visitors.awaitMore();
        assertThat(visitors.failing()).isLessThan(Duration.ofSeconds(2));
        assertThat(visitors.answers()).containsExactly("v1 10");
        assertThat(containers()).containsExactly(first.container());
        assertThat(server.content(database)).isEqualTo(before);
    }

    private static boolean sleeps(String seconds) {
        return ProcessHandle.allProcesses()
                .anyMatch(each -> each.info().commandLine().orElse("").endsWith("sleep " + seconds));
    }

    @Test
    void aDiskThatIsFullWhileTheImageIsBuilt() throws Exception {
        byte[] bytes = new byte[4 << 20];
        new Random(1).nextBytes(bytes);
        Files.write(work().resolve("ballast"), bytes);
        version("v2", "COPY ballast /1\nCOPY ballast /2\nCOPY ballast /3\nCOPY ballast /4\n" + WEB);
        // Podman refuses paths of its own with more than 50 characters.
        Path place = Path.of(System.getProperty("java.io.tmpdir"), "small-disk");
        try (SmallDisk disk = SmallDisk.mount(place, "12m")) {
            Path socket = directory.resolve("podman.sock");
            Process podman = startPodman(disk, socket);
            try {
                RuntimeConfig small = RuntimeConfig.of("podman").withEndpoint(URI.create("unix://" + socket));

                DeployFailedException full = fails(plain().on(small), image(directory), ErrorCode.IMAGE_NOT_BUILT);

                assertThat(full).hasMessageContaining("no space left on device");
                assertThat(full.hint()).contains("make room");
            } finally {
                podman.destroy();
                podman.waitFor();
            }
        }
        Files.delete(place);
        assertThatNothingHasChanged();
    }

    private static Process startPodman(SmallDisk disk, Path socket) throws IOException {
        Process podman = podmanOn(disk, socket);
        Aftermath.eventually(() -> !podman.isAlive() || Files.exists(socket), true);
        assertThat(podman.isAlive()).as(said(disk)).isTrue();
        return podman;
    }

    private static String said(SmallDisk disk) {
        try {
            return "it has ended: " + Files.readString(disk.path().resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A Podman that keeps what it builds on a disk of its own, and finds the images of the tests beside it. */
    private static Process podmanOn(SmallDisk disk, Path socket) throws IOException {
        List<String> command = List.of(
                PostgresServer.environment("CODEB_TEST_PODMAN"),
                "--root",
                disk.path().resolve("root").toString(),
                "--runroot",
                disk.path().resolve("run").toString(),
                "--tmpdir",
                disk.path().resolve("tmp").toString(),
                "system",
                "service",
                "--time=0",
                "unix://" + socket);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(disk.path().resolve("log").toFile())
                .start();
    }
}
