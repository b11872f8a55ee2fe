package io.codeb.podman;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** What only a real service can show, the nine traps among it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealPodmanIT {
    private final ContainerRuntime runtime = RealPodman.runtime();
    private final GenericContainer<?> box = RealPodman.minimal()
            .withExposedPorts(5432)
            .waitingFor(Wait.forSuccessfulCommand("true"))
            .withLabel("io.codeb.project", "shop")
            .withCreateContainerCmdModifier(cmd -> cmd.withName("codeb-it-" + UUID.randomUUID()));

    @BeforeAll
    void start() {
        box.start();
    }

    @AfterAll
    void stop() {
        runtime.close();
        box.stop();
    }

    private ExecSession exec(ExecSpec spec) {
        return runtime.exec(box.getContainerId(), spec, new Cancellation());
    }

    private static ExecSpec shell(String script) {
        return ExecSpec.of("sh", "-c", script);
    }

    private static String readAll(ByteSource source) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        while (source.read(buffer.clear()) != ByteSource.END) {
            all.write(buffer.array(), 0, buffer.position());
        }
        return all.toString(UTF_8);
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it never came true").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static long sizeOf(ExecSession session) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
        long total = 0;
        for (int n = session.stdout().read(buffer.clear());
                n != ByteSource.END;
                n = session.stdout().read(buffer.clear())) {
            total += n;
        }
        return total;
    }

    private static ErrorCode codeOf(ExecSession session) {
        return catchThrowableOfType(CodeBException.class, () -> sizeOf(session)).code();
    }

    @Test
    void trap1TheEndOfALargeInputReachesTheProcess() {
        try (ExecSession session = exec(ExecSpec.of("wc", "-c").withStdin())) {
            ByteBuffer piece = ByteBuffer.allocateDirect(1 << 20);
            for (int i = 0; i < 100; i++) {
                session.stdin().write(piece.clear());
            }
            session.stdin().finish();
            assertThat(readAll(session.stdout()).strip()).isEqualTo("" + (100 << 20));
        }
    }

    @Test
    void trap2ADaemonKilledHalfWayIsNeverAnEnd(@TempDir Path directory) throws Exception {
        Path socket = directory.resolve("own.sock");
        Process daemon = RealPodman.command("system", "service", "--time=0", "unix://" + socket)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String file = "/tmp/" + UUID.randomUUID();
        try (ContainerRuntime own = RealPodman.runtime(socket)) {
            eventually(() -> Files.exists(socket));
            try (ExecSession session = own.exec(
                    box.getContainerId(),
                    shell("touch " + file + "; cat /dev/zero").withStdin(),
                    new Cancellation())) {
                ByteBuffer buffer = ByteBuffer.allocate(100_000);
                assertThat(session.stdout().read(buffer)).isPositive();
                daemon.destroyForcibly().waitFor();
                assertThat(codeOf(session)).isEqualTo(ErrorCode.EXEC_LOST);
            }
            assertThatThrownBy(() -> own.inspect(box.getContainerId()))
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RUNTIME_UNAVAILABLE));
        } finally {
            daemon.destroyForcibly().waitFor();
        }
    }

    @Test
    void trap2AContainerThatDiesHalfWayIsNeverAnEnd() {
        try (GenericContainer<?> mortal = RealPodman.minimal()) {
            mortal.start();
            try (ExecSession session =
                    runtime.exec(mortal.getContainerId(), shell("cat /dev/zero"), new Cancellation())) {
                assertThat(session.stdout().read(ByteBuffer.allocate(100_000))).isPositive();
                // Reading goes on meanwhile: Podman cannot finish a container while a command's output is stuck.
                CompletableFuture<String> kill =
                        CompletableFuture.supplyAsync(() -> RealPodman.podman("kill", mortal.getContainerId()));
                assertThat(codeOf(session)).isEqualTo(ErrorCode.EXEC_LOST);
                kill.join();
            }
        }
    }

    @Test
    void aSilentCommandWhoseContainerIsRemovedIsNotWaitedForForEver() {
        ExecLimits hasty = new ExecLimits(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(10));
        try (GenericContainer<?> mortal = RealPodman.minimal();
                ContainerRuntime asked = RealPodman.runtime(hasty)) {
            mortal.start();
            try (ExecSession session =
                    asked.exec(mortal.getContainerId(), ExecSpec.of("sleep", "1000"), new Cancellation())) {
                RealPodman.podman("rm", "-f", "-t", "0", mortal.getContainerId());
                assertThat(codeOf(session)).isEqualTo(ErrorCode.EXEC_LOST);
            }
        }
    }

    /** Also what has left for a session of its own, ignores the polite signal, or has become somebody else. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "setsid sh -c 'sleep NUMBER; :' & wait",
                "trap '' TERM; while :; do sleep NUMBER; done",
                "sh -c 'sleep NUMBER & sleep NUMBER & wait' & sh -c 'exec sleep NUMBER' & wait",
                "exec su nobody -s /bin/sh -c 'sleep NUMBER; :'",
                "yes NUMBER"
            })
    void trap3ClosingKillsTheWholeTree(String script) {
        String number = Long.toString(100_000_000 + System.nanoTime() % 800_000_000);
        ExecSpec count = ExecSpec.of(
                "sh",
                "-c",
                "grep -l \"$1\" /proc/[0-9]*/cmdline 2>/dev/null | wc -l",
                "sh",
                "[" + number.charAt(0) + "]" + number.substring(1));
        ExecSession session = exec(shell(script.replace("NUMBER", number)));
        eventually(() -> !runAndRead(count).equals("0"));
        session.close();
        assertThat(runAndRead(count)).isEqualTo("0");
    }

    private String runAndRead(ExecSpec spec) {
        try (ExecSession session = exec(spec)) {
            return readAll(session.stdout()).strip();
        }
    }

    @Test
    void trap4ManyShortCommandsNeverEndTooEarly() {
        for (int i = 0; i < 20; i++) {
            try (ExecSession session = exec(shell("sleep 0.0" + i % 5 + "; exit 7"))) {
                assertThat(session.await()).isEqualTo(7);
            }
        }
    }

    @Test
    void trap5PayloadsAreNotMixedUp() {
        try (ExecSession session =
                exec(shell("i=0; while [ $i -lt 20000 ]; do echo line $i; echo err >&2; i=$((i+1)); done"))) {
            String[] lines = readAll(session.stdout()).split("\n", -1);
            assertThat(lines).hasSize(20_001);
            for (int i = 0; i < 20_000; i++) {
                assertThat(lines[i]).isEqualTo("line " + i);
            }
        }
    }

    @Test
    void trap6ASilentCommandIsEndedByTheWatchdog() {
        try (ExecSession session = exec(ExecSpec.of("sleep", "1000").withIdleLimit(Duration.ofSeconds(1)))) {
            assertThat(codeOf(session)).isEqualTo(ErrorCode.EXEC_IDLE);
        }
    }

    /** Written byte by byte, the keys that detach a terminal must be bytes like any other. */
    @Test
    void trap7DetachKeysAreBytesLikeAnyOther() {
        byte[] keys = {0x10, 0x11, 0x10, 0x11, 'x', 0x10, 0x10, 0x11};
        try (ExecSession session = exec(ExecSpec.of("cat").withStdin())) {
            ByteBuffer echoed = ByteBuffer.allocate(keys.length);
            for (byte key : keys) {
                session.stdin().write(ByteBuffer.wrap(new byte[] {key}));
                int before = echoed.position();
                while (echoed.position() == before) {
                    assertThat(session.stdout().read(echoed)).isPositive();
                }
            }
            session.stdin().finish();
            assertThat(session.await()).isZero();
            assertThat(echoed.array()).isEqualTo(keys);
        }
    }

    @Test
    void trap8TheSocketOfTheEnvironmentIsFound() {
        EndpointSearch search = new EndpointSearch(Map.of("CONTAINER_HOST", "unix://" + RealPodman.socket())::get, 0);
        try (ContainerRuntime found = Runtimes.open(ProviderConfig.of("podman"), search, ExecLimits.DEFAULT)) {
            assertThat(found.info().name()).containsIgnoringCase("podman");
            assertThat(found.info().endpoint()).isEqualTo("unix://" + RealPodman.socket());
        }
    }

    /** The bridge to the container brakes; our side must not. A fifth of what the slowest machine has shown. */
    @Test
    void trap9OutputFlowsInBulk() {
        long begin = System.nanoTime();
        try (ExecSession session = exec(ExecSpec.of("head", "-c", "200000000", "/dev/zero"))) {
            assertThat(sizeOf(session)).isEqualTo(200_000_000);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aContainerWithoutAShellIsToldSo(@TempDir Path directory) throws Exception {
        Path image = directory.resolve("image.tar");
        Path busybox = directory.resolve("busybox");
        RealPodman.podman("cp", box.getContainerId() + ":/bin/busybox", busybox.toString());
        try (OutputStream out = Files.newOutputStream(image);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            TarArchiveEntry entry = new TarArchiveEntry(busybox, "sleep");
            entry.setMode(0755);
            tar.putArchiveEntry(entry);
            Files.copy(busybox, tar);
            tar.closeArchiveEntry();
        }
        String name = "localhost/codeb-test/shell-less:" + UUID.randomUUID();
        RealPodman.podman("import", image.toString(), name);
        try (GenericContainer<?> bare =
                new GenericContainer<>(DockerImageName.parse(name)).withCommand("/sleep", "100000")) {
            bare.start();
            try (ExecSession session =
                    runtime.exec(bare.getContainerId(), ExecSpec.of("/sleep", "0"), new Cancellation())) {
                assertThatThrownBy(session::await).isInstanceOfSatisfying(CodeBException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.EXEC_NOT_STARTED);
                    assertThat(e.hint()).contains("'sh'");
                });
            }
        } finally {
            RealPodman.podman("rmi", "-f", name);
        }
    }

    @Test
    void aUserThatIsNotThereIsNotStarted() {
        assertThatThrownBy(() -> {
                    try (ExecSession session = exec(ExecSpec.of("true").asUser("nosuchuser"))) {
                        session.await();
                    }
                })
                .isInstanceOfSatisfying(
                        CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EXEC_NOT_STARTED));
    }

    @Test
    void aCommandRunsAsTheUserThatWasAskedFor() {
        assertThat(runAndRead(ExecSpec.of("id", "-u").asUser("nobody"))).isEqualTo("65534");
    }

    @Test
    void everythingThatIsKnownOfAContainerIsTold() {
        ContainerInfo info = runtime.inspect(box.getContainerId());
        assertThat(info.image()).isEqualTo(RealPodman.MINIMAL);
        assertThat(info.name()).startsWith("codeb-it-");
        assertThat(info.labels()).containsEntry("io.codeb.project", "shop");
        assertThat(info.health()).isEqualTo(ContainerInfo.Health.NONE);
        assertThat(info.ports()).singleElement().satisfies(port -> {
            assertThat(port.containerPort()).isEqualTo(5432);
            assertThat(port.protocol()).isEqualTo("tcp");
            assertThat(port.hostPort()).isEqualTo(box.getMappedPort(5432));
        });
        assertThat(info.addresses()).isNotEmpty();
        assertThat(info.addresses().values()).allMatch(address -> address.matches("[0-9a-f.:]+"));
    }

    @Test
    void aHealthCheckIsTold() {
        String id = RealPodman.podman(
                "run",
                "-d",
                "--health-cmd",
                "true",
                "--health-interval",
                "disable",
                RealPodman.MINIMAL,
                "sleep",
                "1000");
        try {
            assertThat(runtime.inspect(id).health()).isEqualTo(ContainerInfo.Health.STARTING);
            RealPodman.podman("healthcheck", "run", id);
            assertThat(runtime.inspect(id).health()).isEqualTo(ContainerInfo.Health.HEALTHY);
        } finally {
            RealPodman.podman("rm", "-f", "-t", "0", id);
        }
    }

    @Test
    void containersThatAreNotRunningAreToldApart() {
        String created = RealPodman.podman("create", RealPodman.MINIMAL, "sleep", "1000");
        try {
            assertThat(runtime.inspect(created).state()).isEqualTo(ContainerInfo.State.CREATED);
            RealPodman.podman("start", created);
            RealPodman.podman("pause", created);
            assertThat(runtime.inspect(created).state()).isEqualTo(ContainerInfo.State.PAUSED);
            assertThatThrownBy(() -> runtime.exec(created, ExecSpec.of("true"), new Cancellation()))
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTAINER_NOT_RUNNING));
            RealPodman.podman("unpause", created);
        } finally {
            RealPodman.podman("rm", "-f", "-t", "0", created);
        }
    }

    @Test
    void aCommandOfAPausedContainerIsNotCalledKilled() {
        String id = RealPodman.podman("run", "-d", RealPodman.MINIMAL, "sleep", "1000");
        try (ExecSession session = runtime.exec(
                id, ExecSpec.of("sleep", "1000").withIdleLimit(Duration.ofSeconds(2)), new Cancellation())) {
            RealPodman.podman("pause", id);
            assertThatThrownBy(session::await).isInstanceOfSatisfying(CodeBException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.EXEC_IDLE);
                assertThat(e).hasMessageContaining("is paused");
                assertThat(e.hint()).contains("go on");
            });
        } finally {
            RealPodman.podman("unpause", id);
            RealPodman.podman("rm", "-f", "-t", "0", id);
        }
    }

    @Test
    void aLinkIsReadAsWhatItLeadsToOrRefused() {
        runAndRead(shell("echo content >/tmp/linked; ln -sf /tmp/linked /tmp/link"));
        try (ByteSource source = runtime.readFile(box.getContainerId(), "/tmp/link", new Cancellation())) {
            assertThat(readAll(source)).isEqualTo("content\n");
        }
    }

    @Test
    void aTcpEndpointWithoutTlsWorks() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process daemon = RealPodman.command("system", "service", "--time=0", "tcp://127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (ContainerRuntime tcp =
                Runtimes.open(ProviderConfig.of("podman").withLocation(URI.create("tcp://127.0.0.1:" + port)))) {
            eventually(() -> {
                try {
                    return !tcp.info().version().isEmpty();
                } catch (CodeBException e) {
                    return false;
                }
            });
            try (ExecSession session =
                    tcp.exec(box.getContainerId(), ExecSpec.of("wc", "-c").withStdin(), new Cancellation())) {
                session.stdin().write(ByteBuffer.allocate(5_000_000));
                session.stdin().finish();
                assertThat(readAll(session.stdout()).strip()).isEqualTo("5000000");
            }
        } finally {
            daemon.destroyForcibly().waitFor();
        }
    }
}
