package io.codeb.tck.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.ImageSpec;
import io.codeb.tck.io.BytesSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link ContainerManager} promises, for every runtime that has one. Extend it, name an image with a shell and the
 * core tools (BusyBox will do), and run it.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ContainerManagerContract {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final int TAR_BLOCK = 512;

    /** Marks what a test makes, so that all of it is found again. */
    private final String mark = UUID.randomUUID().toString();

    private final Cancellation cancellation = new Cancellation();

    @TempDir
    @SuppressWarnings("NullAway") // assigned before each test
    private Path directory;

    /** For subclasses. */
    protected ContainerManagerContract() {}

    /**
     * The runtime under test.
     *
     * @return open, and the same for all calls in one test
     */
    protected abstract ContainerRuntime runtime();

    /**
     * What containers are made of.
     *
     * @return an image that is there, whose command ends by itself
     */
    protected abstract String image();

    /**
     * Whether a build's secrets can be kept out of the image.
     *
     * @return true unless the runtime under test refuses to build with secrets
     */
    protected boolean buildsWithSecrets() {
        return true;
    }

    @AfterEach
    void removeAll() {
        manager().find(marked()).forEach(container -> manager().remove(container.id()));
        manager().findVolumes(marked()).forEach(manager()::removeVolume);
        manager().removeImage(imageName());
    }

    private ContainerManager manager() {
        return runtime().manager().orElseThrow();
    }

    private Map<String, String> marked() {
        return Map.of("codeb.tck", mark);
    }

    private String imageName() {
        return "localhost/codeb-tck:" + mark;
    }

    private ContainerSpec spec(String... command) {
        return ContainerSpec.of(image()).withLabel("codeb.tck", mark).withCommand(command);
    }

    private ContainerInfo run(ContainerSpec spec) {
        return manager().run(spec, cancellation);
    }

    private ContainerInfo sleeping() {
        return run(spec("sleep", "1000"));
    }

    /** Runs a shell command to its end and answers what it wrote. */
    private String outputOf(ContainerSpec spec) {
        ContainerInfo container = run(spec);
        assertThat(manager().awaitExit(container.id(), A_MINUTE, cancellation))
                .as(manager().logs(container.id(), 100))
                .isZero();
        return manager().logs(container.id(), 100).strip();
    }

    /** Running containers. */
    @Nested
    class Running {
        @Test
        void aContainerRunsUnderItsNameWithItsLabels() {
            String name = "codeb-tck-" + mark;

            ContainerInfo container = run(spec("sleep", "1000").withName(name).withLabel("second", "a b=\"c\""));

            assertThat(container.name()).isEqualTo(name);
            assertThat(container.state()).isEqualTo(ContainerInfo.State.RUNNING);
            assertThat(container.exitStatus()).isEmpty();
            assertThat(container.labels()).containsEntry("codeb.tck", mark).containsEntry("second", "a b=\"c\"");
            assertThat(runtime().inspect(name).id()).isEqualTo(container.id());
        }

        @Test
        void anEntryPointIsRunInsteadOfTheImagesOwn() {
            String said = outputOf(spec("%s-%s\n", "one", "two").withEntryPoint("printf"));

            assertThat(said).isEqualTo("one-two");
        }

        @Test
        void aNameThatIsTakenIsRefusedAndTheOtherContainerStays() {
            ContainerInfo first = run(spec("sleep", "1000").withName("codeb-tck-" + mark));

            assertFails(ErrorCode.CONTAINER_REFUSED, () -> run(spec("true").withName("codeb-tck-" + mark)));

            assertThat(manager().find(marked())).extracting(ContainerInfo::id).containsExactly(first.id());
        }

        @Test
        void anImageThatIsNotThereIsNotFound() {
            for (String image : List.of("localhost/no-such-image:1", "../containers", "a b", "UPPER/", "")) {
                assertFails(ErrorCode.IMAGE_NOT_FOUND, () -> run(ContainerSpec.of(image)));
                assertFails(ErrorCode.IMAGE_NOT_FOUND, () -> manager().imageId(image));
            }
        }

        @Test
        void aCommandThatIsNotThereLeavesNoContainer() {
            assertFails(ErrorCode.CONTAINER_REFUSED, () -> run(spec("/no/such/program")));

            assertThat(manager().find(marked())).isEmpty();
        }

        @Test
        void aCancelledRunLeavesNoContainer() {
            cancellation.cancel("not wanted any more");

            assertThatThrownBy(() -> run(spec("sleep", "1000"))).isInstanceOf(CancelledException.class);

            assertThat(manager().find(marked())).isEmpty();
        }

        @Test
        void theEnvironmentAndItsSecretsArrive() {
            String said = outputOf(spec("sh", "-c", "printf '%s|%s\\n' \"$PLAIN\" \"$HIDDEN\"")
                    .withEnvironment("PLAIN", "a $b 'c'\n한글")
                    .withSecret("HIDDEN", Secret.of("p\"w=d")));

            assertThat(said).isEqualTo("a $b 'c'\n한글|p\"w=d");
        }

        @Test
        void itRunsAsTheUserThatIsNamed() {
            assertThat(outputOf(spec("sh", "-c", "id -u; id -g").withUser("65534:65534")))
                    .isEqualTo("65534\n65534");
        }

        @Test
        void aSpecificationDoesNotTellItsSecrets() {
            assertThat(spec("true").withSecret("HIDDEN", Secret.of("canary")).toString())
                    .doesNotContain("canary");
        }
    }

    /** Networks and ports. */
    @Nested
    class Reaching {
        @Test
        void withoutNetworkThereIsOnlyItsOwnLoopback() {
            ContainerInfo container = run(spec("sleep", "1000").withoutNetwork());

            assertThat(container.addresses()).isEmpty();
            assertThat(execute(container, "ls /sys/class/net")).isEqualTo("lo");
        }

        @Test
        void theNetworkOfAnotherContainerIsTheSame() {
            ContainerInfo container = run(spec("sleep", "1000").withoutNetwork());
            ContainerInfo beside = run(spec("sleep", "1000").withNetworkOf(container.name()));

            String network = "readlink /proc/self/ns/net";
            assertThat(execute(beside, network)).isNotEmpty().isEqualTo(execute(container, network));
            // The one whose network it is cannot be removed before.
            manager().remove(beside.name());
        }

        @Test
        void aPublishedPortIsReachedOnLoopback() throws IOException {
            ContainerInfo container = run(spec("sh", "-c", "while true; do echo hello | nc -l -p 4321; done")
                    .withPort(4321));

            ContainerInfo.PublishedPort port = container.ports().stream()
                    .filter(each -> each.containerPort() == 4321)
                    .findFirst()
                    .orElseThrow();
            assertThat(port.hostAddress()).isEqualTo("127.0.0.1");
            assertThat(port.hostPort()).isPositive();
            assertThat(greeting(port.hostPort())).isEqualTo("hello");
        }

        /** The port is forwarded before the program listens on it. */
        private String greeting(int port) throws IOException {
            for (int attempt = 0; ; attempt++) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    String said = new String(socket.getInputStream().readAllBytes(), UTF_8).strip();
                    if (!said.isEmpty() || attempt == 1_000) {
                        return said;
                    }
                } catch (IOException e) {
                    if (attempt == 1_000) {
                        throw e;
                    }
                }
            }
        }

        @Test
        void aPortOfTheHostThatIsTakenIsRefusedAndLeavesNoContainer() throws IOException {
            try (ServerSocket taken = new ServerSocket(0)) {
                int port = taken.getLocalPort();

                assertFails(
                        ErrorCode.CONTAINER_REFUSED,
                        () -> run(spec("sleep", "1000").withPort(4321, "0.0.0.0", port)));
            }

            assertThat(manager().find(marked())).isEmpty();
        }
    }

    /** Mounts and limits. */
    @Nested
    class Mounting {
        @Test
        void whatIsWrittenIntoAVolumeOutlivesTheContainer() {
            String volume = "codeb-tck-" + mark;
            manager().createVolume(volume, marked());

            ContainerInfo writer = run(spec("sh", "-c", "echo kept >/data/file").withVolume(volume, "/data"));
            assertThat(manager().awaitExit(writer.id(), A_MINUTE, cancellation)).isZero();
            manager().remove(writer.id());

            assertThat(manager().findVolumes(marked())).containsExactly(volume);
            assertThat(outputOf(spec("cat", "/data/file").withVolume(volume, "/data")))
                    .isEqualTo("kept");
        }

        @Test
        void aVolumeIsMadeOnceAndRemoved() {
            String volume = "codeb-tck-" + mark;
            manager().createVolume(volume, marked());

            assertFails(ErrorCode.CONTAINER_REFUSED, () -> manager().createVolume(volume, marked()));
            manager().removeVolume(volume);
            manager().removeVolume(volume);

            assertThat(manager().findVolumes(marked())).isEmpty();
        }

        @Test
        void aVolumeInUseIsNotRemoved() {
            String volume = "codeb-tck-" + mark;
            manager().createVolume(volume, marked());
            run(spec("sleep", "1000").withVolume(volume, "/data"));

            assertFails(ErrorCode.CONTAINER_REFUSED, () -> manager().removeVolume(volume));

            assertThat(manager().findVolumes(marked())).containsExactly(volume);
        }

        @Test
        void aFolderOfTheHostIsReadAndNotWritten() throws IOException {
            Files.writeString(directory.resolve("file"), "from outside\n");

            String said = outputOf(spec("sh", "-c", "cat /in/file; echo x 2>/dev/null >/in/other || echo refused")
                    .withReadOnly(directory, "/in"));

            assertThat(said).isEqualTo("from outside\nrefused");
            assertThat(directory.resolve("other")).doesNotExist();
        }

        @Test
        void aFolderInMemoryHasItsSize() {
            String said = outputOf(spec(
                            "sh",
                            "-c",
                            "head -c 500000 /dev/zero >/scratch/small && ! head -c 3000000 /dev/zero >/scratch/large"
                                    + " 2>/dev/null && echo full")
                    .withTemporary("/scratch", 1_000_000));

            assertThat(said).contains("full");
        }

        @Test
        void theLimitOfProcessesHolds() {
            ContainerInfo container = run(spec("sleep", "1000").withProcesses(4));

            assertThat(execute(container, "for i in 1 2 3 4 5 6 7 8; do sleep 1 & done 2>/dev/null; echo no more"))
                    .doesNotContain("no more");
        }
    }

    /** Waiting, stopping, removing. */
    @Nested
    class Ending {
        @Test
        void theStatusOfACommandIsToldWhenItHasEnded() {
            ContainerInfo container = run(spec("sh", "-c", "exit 7"));

            assertThat(manager().awaitExit(container.id(), A_MINUTE, cancellation))
                    .isEqualTo(7);
            assertThat(runtime().inspect(container.id()).exitStatus()).hasValue(7);
        }

        @Test
        void whoeverWaitsTooLongIsTold() {
            ContainerInfo container = sleeping();

            assertFails(ErrorCode.CONTAINER_NOT_READY, () -> manager()
                    .awaitExit(container.id(), Duration.ofMillis(300), cancellation));
        }

        @Test
        void aWaitEndsWithItsCancellation() {
            ContainerInfo container = sleeping();
            Thread canceller = new Thread(() -> cancellation.cancel("enough"));
            canceller.start();

            assertThatThrownBy(() -> manager().awaitExit(container.id(), A_MINUTE, cancellation))
                    .isInstanceOf(CancelledException.class);
        }

        @Test
        void aContainerWithoutAHealthCheckIsReadyWhenItRuns() {
            ContainerInfo container = sleeping();

            assertThat(manager()
                            .awaitHealthy(container.id(), A_MINUTE, cancellation)
                            .state())
                    .isEqualTo(ContainerInfo.State.RUNNING);
        }

        @Test
        void aContainerThatHasEndedIsNotReady() {
            ContainerInfo container = run(spec("true"));
            manager().awaitExit(container.id(), A_MINUTE, cancellation);

            assertFails(ErrorCode.CONTAINER_NOT_RUNNING, () -> manager()
                    .awaitHealthy(container.id(), A_MINUTE, cancellation));
        }

        @Test
        void aContainerIsStoppedAndStartedAgain() {
            ContainerInfo container = run(spec("sh", "-c", "trap 'exit 0' TERM; while true; do sleep 0.05; done"));

            manager().stop(container.id(), A_MINUTE);
            assertThat(runtime().inspect(container.id()).state()).isEqualTo(ContainerInfo.State.STOPPED);
            manager().stop(container.id(), A_MINUTE);

            manager().start(container.id());
            manager().start(container.id());
            assertThat(runtime().inspect(container.id()).state()).isEqualTo(ContainerInfo.State.RUNNING);
        }

        @Test
        void aContainerThatDoesNotWantToStopIsStopped() {
            ContainerInfo container = run(spec("sh", "-c", "trap '' TERM; while true; do sleep 0.05; done"));

            manager().stop(container.id(), Duration.ofSeconds(1));

            assertThat(runtime().inspect(container.id()).state()).isEqualTo(ContainerInfo.State.STOPPED);
        }

        @Test
        void whatIsRemovedIsGoneRunningOrNot() {
            ContainerInfo container = sleeping();

            manager().remove(container.id());
            manager().remove(container.id());

            assertFails(ErrorCode.CONTAINER_NOT_FOUND, () -> runtime().inspect(container.id()));
            assertThat(manager().find(marked())).isEmpty();
        }

        @Test
        void aContainerThatIsNotThereIsNotFound() {
            for (String name : List.of("no-such-container", "../version", "a/b", "a?b", "")) {
                assertFails(ErrorCode.CONTAINER_NOT_FOUND, () -> manager().start(name));
                assertFails(ErrorCode.CONTAINER_NOT_FOUND, () -> manager().stop(name, A_MINUTE));
                assertFails(ErrorCode.CONTAINER_NOT_FOUND, () -> manager().logs(name, 1));
            }
        }

        @Test
        void onlyContainersWithAllOfTheLabelsAreFound() {
            ContainerInfo both = run(spec("sleep", "1000").withLabel("second", "x"));
            sleeping();

            assertThat(manager().find(Map.of("codeb.tck", mark, "second", "x")))
                    .extracting(ContainerInfo::id)
                    .containsExactly(both.id());
            assertThat(manager().find(marked())).hasSize(2);
            assertThatThrownBy(() -> manager().find(Map.of())).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Logs. */
    @Nested
    class Logs {
        @Test
        void bothStreamsAreRead() {
            ContainerInfo container = run(spec("sh", "-c", "echo out; echo err >&2"));
            manager().awaitExit(container.id(), A_MINUTE, cancellation);

            assertThat(manager().logs(container.id(), 10).lines()).containsExactlyInAnyOrder("out", "err");
        }

        @Test
        void onlyTheLastLinesAreRead() {
            ContainerInfo container = run(spec("sh", "-c", "for i in 1 2 3 4 5; do echo line $i; done"));
            manager().awaitExit(container.id(), A_MINUTE, cancellation);

            assertThat(manager().logs(container.id(), 2).lines()).containsExactly("line 4", "line 5");
            assertThatThrownBy(() -> manager().logs(container.id(), 0)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void aLongLogIsBounded() {
            ContainerInfo container = run(spec("sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x | fold -w 1000"));
            manager().awaitExit(container.id(), A_MINUTE, cancellation);

            String log = manager().logs(container.id(), 1_000_000);
            assertThat(log.length()).isEqualTo(ContainerManager.MAX_LOG_BYTES);
            assertThat(log.strip().charAt(log.strip().length() - 1)).isEqualTo('x');
        }
    }

    /** Images. */
    @Nested
    class Images {
        private final List<String> said = new ArrayList<>();

        @Test
        void anImageIsBuiltFromATarStreamAndRuns() {
            String id = manager()
                    .build(
                            ImageSpec.of(imageName())
                                    .withArgument("GREETING", "hello")
                                    .withLabel("codeb.tck", mark),
                            context("FROM " + image() + "\nARG GREETING\nENV SAID=$GREETING\nCOPY file /file\n"
                                    + "CMD [\"sh\", \"-c\", \"echo $SAID; cat /file\"]\n"),
                            said::add,
                            cancellation);

            assertThat(id).isEqualTo(manager().imageId(imageName()));
            ContainerSpec spec = ContainerSpec.of(imageName()).withLabel("codeb.tck", mark);
            assertThat(outputOf(spec)).isEqualTo("hello\nfrom the context");
        }

        @Test
        void aBuildThatFailsSaysWhyAndLeavesNoImage() {
            assertThatThrownBy(() -> manager()
                            .build(
                                    ImageSpec.of(imageName()),
                                    context("FROM " + image() + "\nCOPY no-such-file /file\n"),
                                    said::add,
                                    cancellation))
                    .isInstanceOfSatisfying(CodeBException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.IMAGE_NOT_BUILT);
                        assertThat(e).hasMessageContaining("no-such-file");
                    });

            assertFails(ErrorCode.IMAGE_NOT_FOUND, () -> manager().imageId(imageName()));
        }

        @Test
        void aContextThatIsNoTarStreamBuildsNoImage() {
            ByteSource broken = BytesSource.of("not a tar stream".repeat(100).getBytes(UTF_8));

            assertFails(ErrorCode.IMAGE_NOT_BUILT, () -> manager()
                    .build(ImageSpec.of(imageName()), broken, said::add, cancellation));

            assertFails(ErrorCode.IMAGE_NOT_FOUND, () -> manager().imageId(imageName()));
        }

        @Test
        void whatABuildSaysIsHeardLineByLine() {
            String id = manager()
                    .build(
                            ImageSpec.of(imageName()),
                            context("FROM " + image() + "\nRUN echo one-" + mark + "; echo; printf 'two\\033[1m'\n"),
                            said::add,
                            cancellation);

            assertThat(id).isEqualTo(manager().imageId(imageName()));
            assertThat(said).contains("one-" + mark).noneMatch(line -> line.chars()
                    .anyMatch(Character::isISOControl));
            assertThat(said).anyMatch(line -> line.startsWith("two"));
        }

        @Test
        void aListenerThatThrowsEndsTheBuild() {
            IllegalStateException enough = new IllegalStateException("enough");

            assertThatThrownBy(() -> manager()
                            .build(
                                    ImageSpec.of(imageName()),
                                    context("FROM " + image() + "\nRUN sleep 100\n"),
                                    line -> {
                                        throw enough;
                                    },
                                    cancellation))
                    .isSameAs(enough);

            assertFails(ErrorCode.IMAGE_NOT_FOUND, () -> manager().imageId(imageName()));
        }

        @Test
        void aSecretIsThereForTheBuildAndNotInTheImageOrIsRefused() {
            String value = "secret of " + mark;
            ImageSpec spec = ImageSpec.of(imageName()).withSecret("token", Secret.of(value));
            ByteSource context = context("FROM " + image()
                    + "\nRUN --mount=type=secret,id=token wc -c < /run/secrets/token > /length\nCOPY . /context\n"
                    + "CMD [\"sh\", \"-c\", \"cat /length; ls -A /context /run/secrets; grep -rl '" + mark
                    + "' /context /length || true\"]\n");
            if (!buildsWithSecrets()) {
                assertThatThrownBy(() -> manager().build(spec, context, said::add, cancellation))
                        .isInstanceOfSatisfying(
                                CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IMAGE_NOT_BUILT))
                        .hasMessageContaining("secrets")
                        .hasMessageNotContaining(value);
                assertThat(said).isEmpty();
                return;
            }

            manager().build(spec, context, said::add, cancellation);

            String there = outputOf(ContainerSpec.of(imageName()).withLabel("codeb.tck", mark));
            assertThat(there.lines().findFirst()).hasValue(Integer.toString(value.length()));
            assertThat(there).contains("Containerfile").doesNotContain("codeb-secret");
            assertThat(String.join("\n", said)).doesNotContain(value);
        }

        @Test
        void layersAreUsedAgainWhereNothingHasChanged() {
            String containerfile = "FROM " + image() + "\nRUN echo $(date +%N) > /when\n";
            manager().build(ImageSpec.of(imageName()), context(containerfile), said::add, cancellation);
            String first = outputOf(
                    ContainerSpec.of(imageName()).withLabel("codeb.tck", mark).withCommand("cat", "/when"));

            manager().build(ImageSpec.of(imageName()), context(containerfile), said::add, cancellation);

            assertThat(outputOf(ContainerSpec.of(imageName())
                            .withLabel("codeb.tck", mark)
                            .withCommand("cat", "/when")))
                    .isEqualTo(first);
        }

        @Test
        void anImageThatIsRemovedIsGone() {
            manager()
                    .build(
                            ImageSpec.of(imageName()),
                            context("FROM " + image() + "\nLABEL codeb.tck=" + mark + "\n"),
                            said::add,
                            cancellation);

            manager().removeImage(imageName());
            manager().removeImage(imageName());

            assertFails(ErrorCode.IMAGE_NOT_FOUND, () -> manager().imageId(imageName()));
        }
    }

    private String execute(ContainerInfo container, String script) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (ExecSession session = runtime().exec(container.id(), ExecSpec.of("sh", "-c", script), cancellation)) {
            said.writeBytes(BytesSource.readAll(session.stdout()));
        } catch (CodeBException e) {
            return "failed";
        }
        return said.toString(StandardCharsets.UTF_8).strip();
    }

    /** A build's context: a Containerfile and a file. */
    private static ByteSource context(String containerfile) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        addTo(tar, "Containerfile", containerfile);
        addTo(tar, "file", "from the context\n");
        tar.writeBytes(new byte[2 * TAR_BLOCK]);
        return BytesSource.of(tar.toByteArray());
    }

    /** An entry as POSIX has it (pax, "ustar Interchange Format"). */
    private static void addTo(ByteArrayOutputStream tar, String name, String content) {
        byte[] bytes = content.getBytes(UTF_8);
        byte[] header = new byte[TAR_BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", bytes.length));
        put(header, 136, "00000000000");
        put(header, 148, " ".repeat(8));
        put(header, 156, "0");
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        tar.writeBytes(header);
        tar.writeBytes(bytes);
        tar.writeBytes(new byte[(TAR_BLOCK - bytes.length % TAR_BLOCK) % TAR_BLOCK]);
    }

    private static void put(byte[] header, int at, String value) {
        byte[] bytes = value.getBytes(UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static void assertFails(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(CodeBException.class, e -> assertThat(e.code())
                .as(e.getMessage())
                .isEqualTo(code));
    }
}
