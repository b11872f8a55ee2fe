package io.codeb.tck.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.codeb.error.CancelledException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FileSpec;
import io.codeb.tck.io.BytesSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link ContainerRuntime} promises, for every runtime. Extend it, say where commands run, and run it. A runtime
 * that is slow to reach says {@link #smallData()}; one that knows containers extends {@link ContainerEngineContract}.
 *
 * <p>Commands are words that every POSIX system and BusyBox know: {@code sh}, {@code cat}, {@code wc}, {@code head},
 * {@code sleep}, {@code grep}, {@code stat}, {@code id}, {@code rm}; {@code /proc} must be readable.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class RuntimeContract {
    private static final int MEBIBYTE = 1024 * 1024;

    /** For subclasses. */
    protected RuntimeContract() {}

    /**
     * The runtime under test.
     *
     * @return open, and the same for all calls in one test
     */
    protected abstract ContainerRuntime runtime();

    /**
     * Where commands run.
     *
     * @return a running container, or whatever the runtime ignores
     */
    protected abstract String container();

    /**
     * Where files may be written.
     *
     * @return an absolute directory where commands run, writable for the commands' user
     */
    protected abstract String directory();

    /**
     * Whether the tests shall do with little data and few commands.
     *
     * @return false unless the subclass says otherwise
     */
    protected boolean smallData() {
        return false;
    }

    private int much(int normally, int ifSmall) {
        return smallData() ? ifSmall : normally;
    }

    @Nested
    class Identity {
        @Test
        void theRuntimeSaysWhatItIs() {
            assertThat(runtime().id()).matches("[a-z][a-z0-9-]*");
            assertThat(runtime().info().name()).isNotBlank();
            assertThat(runtime().info().version()).isNotBlank();
            assertThat(runtime().info().endpoint()).isNotBlank();
            assertThat(runtime().hostAddress()).isNotBlank();
        }
    }

    @Nested
    class Output {
        @Test
        void outputArrivesWhileTheCommandRuns() {
            try (ExecSession session =
                    start(shell("echo first; cat >/dev/null; echo second").withStdin())) {
                ByteBuffer buffer = ByteBuffer.allocate(64);
                while (buffer.position() < "first\n".length()) {
                    session.stdout().read(buffer);
                }
                assertThat(text(buffer)).isEqualTo("first\n");
                session.stdin().finish();
                assertThat(output(session)).isEqualTo("second\n");
            }
        }

        @Test
        void binaryOutputArrivesUnchanged() {
            byte[] content = randomBytes(much(10, 1) * MEBIBYTE);
            String file = newFile();
            write(file, content);
            try (ExecSession session = start(ExecSpec.of("cat", file))) {
                assertThat(readAll(session)).isEqualTo(content);
            }
            remove(file);
        }

        @Test
        void theEndIsAnsweredEverAfter() {
            try (ExecSession session = start(shell("echo x"))) {
                readAll(session);
                assertThat(session.stdout().read(ByteBuffer.allocate(1))).isEqualTo(ByteSource.END);
                assertThat(session.stdout().read(ByteBuffer.allocate(1))).isEqualTo(ByteSource.END);
            }
        }

        @Test
        void thePayloadBeforeAFailureIsThereToBeRead() {
            try (ExecSession session = start(shell("echo payload; exit 1"))) {
                ByteBuffer buffer = ByteBuffer.allocate(64);
                assertThatThrownBy(() -> {
                            while (true) {
                                session.stdout().read(buffer);
                            }
                        })
                        .satisfies(status(1));
                assertThat(text(buffer)).isEqualTo("payload\n");
            }
        }

        @Test
        void stderrIsKeptAsABoundedTail() {
            int lines = much(20_000, 200);
            try (ExecSession session = start(shell(
                            "i=0; while [ $i -lt $1 ]; do echo \"line $i of what went wrong\" >&2; i=$((i+1)); done; "
                                    + "echo out",
                            "" + lines)
                    .withStderrLimit(1000))) {
                assertThat(output(session)).isEqualTo("out\n");
                assertThat(session.stderrTail()).endsWith("line " + (lines - 1) + " of what went wrong\n");
                assertThat(session.stderrTail().getBytes(UTF_8)).hasSizeBetween(900, 1000);
            }
        }

        @Test
        void stderrIsDrainedWhileNobodyReadsStdout() {
            try (ExecSession session = start(shell("head -c 3000000 /dev/zero >&2; echo done >&2; cat >/dev/null")
                    .withStdin()
                    .withStderrLimit(16))) {
                eventually(() -> session.stderrTail().endsWith("done\n"));
                session.stdin().finish();
                assertThat(session.await()).isZero();
            }
        }
    }

    @Nested
    class Priority {
        private String niceness(ExecSpec command) {
            try (ExecSession session = start(command)) {
                String fields = output(session).replaceFirst("(?s).*\\) ", "");
                return fields.split(" ", -1)[16];
            }
        }

        @Test
        void aNiceCommandHasWhatOthersLeave() {
            ExecSpec itself = ExecSpec.of("cat", "/proc/self/stat");
            assertThat(niceness(itself)).isNotEqualTo("19");
            assertThat(niceness(itself.nice())).isEqualTo("19");
        }

        @Test
        void aNiceCommandEndsAsAnyOther() {
            try (ExecSession session = start(shell("exit 3").nice())) {
                assertThat(session.await()).isEqualTo(3);
            }
            assertCode(ErrorCode.EXEC_NOT_STARTED, () -> {
                try (ExecSession session =
                        start(ExecSpec.of("codeb-no-such-program").nice())) {
                    int unused = session.await();
                }
            });
        }
    }

    @Nested
    class Input {
        @Test
        void binaryInputArrivesUnchanged() {
            byte[] content = randomBytes(much(10, 1) * MEBIBYTE);
            String file = newFile();
            try (ExecSession session =
                    start(shell("cat >\"$1\"; wc -c <\"$1\"", file).withStdin())) {
                feed(session.stdin(), content);
                assertThat(output(session).strip()).isEqualTo("" + content.length);
            }
            assertThat(read(file)).isEqualTo(content);
            remove(file);
        }

        @Test
        void theEndOfTheInputReachesTheCommand() {
            try (ExecSession session = start(ExecSpec.of("wc", "-c").withStdin())) {
                feed(session.stdin(), "half-close".getBytes(UTF_8));
                assertThat(output(session).strip()).isEqualTo("10");
            }
        }

        @Test
        void emptyInputIsAnEnd() {
            try (ExecSession session = start(ExecSpec.of("wc", "-c").withStdin())) {
                session.stdin().finish();
                assertThat(output(session).strip()).isEqualTo("0");
            }
        }

        @Test
        void withoutStdinTheCommandSeesTheEndAtOnce() {
            try (ExecSession session = start(ExecSpec.of("wc", "-c"))) {
                assertThat(output(session).strip()).isEqualTo("0");
                assertThatThrownBy(session::stdin).isInstanceOf(IllegalStateException.class);
            }
        }

        @Test
        void inputAndOutputFlowAtTheSameTime() {
            byte[] content = randomBytes(much(10, 1) * MEBIBYTE);
            try (ExecSession session = start(ExecSpec.of("cat").withStdin())) {
                CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> feed(session.stdin(), content));
                assertThat(readAll(session)).isEqualTo(content);
                writer.join();
            }
        }

        @Test
        void buffersOfAnyKindAndSizeWork() {
            byte[] content = randomBytes(100_003);
            try (ExecSession session = start(ExecSpec.of("cat").withStdin())) {
                CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                    ByteBuffer direct = ByteBuffer.allocateDirect(7919);
                    for (int at = 0; at < content.length; at += direct.capacity()) {
                        direct.clear().put(content, at, Math.min(direct.capacity(), content.length - at));
                        session.stdin().write(direct.flip().asReadOnlyBuffer());
                    }
                    session.stdin().finish();
                });
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                ByteBuffer direct = ByteBuffer.allocateDirect(1021);
                while (session.stdout().read(direct.clear()) != ByteSource.END) {
                    byte[] piece = new byte[direct.flip().remaining()];
                    direct.get(piece);
                    all.writeBytes(piece);
                }
                assertThat(all.toByteArray()).isEqualTo(content);
                writer.join();
            }
        }

        @Test
        void abortingStdinNeverLooksLikeAnEnd() {
            String file = newFile();
            try (ExecSession session = start(
                    shell("cat >/dev/null && echo committed >\"$1\"", file).withStdin())) {
                session.stdin().write(ByteBuffer.wrap("half a scr".getBytes(UTF_8)));
                session.stdin().abort(new IllegalStateException("the source broke"));
                assertCode(ErrorCode.EXEC_LOST, () -> readAll(session));
            }
            assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read(file));
        }

        @Test
        void closingStdinUnfinishedIsAnAbort() {
            String file = newFile();
            try (ExecSession session = start(
                    shell("cat >/dev/null && echo committed >\"$1\"", file).withStdin())) {
                session.stdin().close();
                assertCode(ErrorCode.EXEC_LOST, () -> readAll(session));
            }
            assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read(file));
        }

        @Test
        void closingStdinFinishedChangesNothing() {
            try (ExecSession session = start(ExecSpec.of("wc", "-c").withStdin())) {
                session.stdin().finish();
                session.stdin().close();
                session.stdin().abort(new IllegalStateException("too late"));
                assertThatThrownBy(() -> session.stdin().write(ByteBuffer.allocate(1)))
                        .isInstanceOf(IllegalStateException.class);
                assertThat(session.await()).isZero();
            }
        }

        @Test
        void aCommandThatEndsEarlyFailsItsWriter() {
            try (ExecSession session = start(
                    shell("head -c 10 >/dev/null; echo enough >&2; exit 3").withStdin())) {
                assertThatThrownBy(() -> feedForEver(session.stdin())).satisfies(status(3, "enough\n"));
                assertThat(session.await()).isEqualTo(3);
            }
        }
    }

    @Nested
    class Ends {
        @Test
        void statusZeroIsAnEnd() {
            try (ExecSession session = start(ExecSpec.of("true"))) {
                assertThat(session.await()).isZero();
                assertThat(session.stderrTail()).isEmpty();
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 126, 127, 255})
        void aStatusIsProvenAndNeverAnEnd(int status) {
            String script = "echo payload; echo why >&2; exit " + status;
            try (ExecSession session = start(shell(script))) {
                assertThat(session.await()).isEqualTo(status);
            }
            try (ExecSession session = start(shell(script))) {
                assertThatThrownBy(() -> readAll(session)).satisfies(status(status, "why\n"));
                assertThatThrownBy(() -> session.stdout().read(ByteBuffer.allocate(1)))
                        .satisfies(status(status, "why\n"));
            }
        }

        @Test
        void aSignalIsAStatus() {
            try (ExecSession session = start(shell("kill -9 $$"))) {
                assertThat(session.await()).isEqualTo(137);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"no-such-program", "/no/such/program", "/etc", "/etc/passwd", "exit", "cd"})
        void whatIsNoProgramIsNotStarted(String program) {
            try (ExecSession session = start(ExecSpec.of(program, "0"))) {
                assertCode(ErrorCode.EXEC_NOT_STARTED, session::await);
                assertCode(ErrorCode.EXEC_NOT_STARTED, () -> session.stdout().read(ByteBuffer.allocate(1)));
            }
        }
    }

    @Nested
    class Words {
        @Test
        void argumentsArriveUnharmed() {
            List<String> words = List.of(
                    "",
                    " ",
                    "two words",
                    "'single' \"double\" `back`",
                    "$(echo x) $HOME ${PATH}",
                    "line\nbreak\n",
                    "\\n \\\\ \\",
                    "*",
                    "-n",
                    "--",
                    "; exit 3",
                    "%s%n",
                    "tab\there",
                    "\u001b[31m");
            assertThat(echoed(words)).isEqualTo(words);
        }

        @Test
        void wordsOfOtherScriptsArriveUnharmed() {
            List<String> words = List.of("데이터베이스", "Größe", "表", "🗄");
            assertThat(echoed(words)).isEqualTo(words);
        }

        @Test
        void theEnvironmentIsAddedTo() {
            ExecSpec spec = shell("printf '%s|%s|' \"$PLAIN\" \"$EMPTY\"; test -n \"$PATH\"")
                    .withEnvironment("PLAIN", "a = 'b' \"c\" $(d)\ne")
                    .withEnvironment("EMPTY", "");
            try (ExecSession session = start(spec)) {
                assertThat(output(session)).isEqualTo("a = 'b' \"c\" $(d)\ne||");
            }
        }

        @Test
        void secretsReachTheEnvironmentAndNoCommandLine() {
            String secret = "canary-" + UUID.randomUUID();
            ExecSpec spec = shell(
                            "printf %s \"$PASS\"; printf %s \"$PASS\" >\"$1\"; "
                                    + "grep -l -F -f \"$1\" /proc/[0-9]*/cmdline 2>/dev/null; rm \"$1\"",
                            newFile())
                    .withSecret("PASS", Secret.of(secret));
            try (ExecSession session = start(spec)) {
                assertThat(output(session)).isEqualTo(secret);
            }
            assertThat(spec.toString()).doesNotContain(secret);
        }
    }

    @Nested
    class Cancelling {
        @Test
        void cancellingKillsTheCommandAndItsChildren() {
            Marker marker = new Marker();
            Cancellation cancellation = new Cancellation();
            try (ExecSession session = runtime().exec(container(), marker.family(), cancellation)) {
                CompletableFuture<@Nullable Throwable> reader = failureOf(() -> readAll(session));
                eventually(() -> marker.count() >= 3);
                cancellation.cancel("the test wants it");
                assertThat(reader.join()).isInstanceOf(CancelledException.class);
                eventually(() -> marker.count() == 0);
                assertThatThrownBy(session::await).isInstanceOf(CancelledException.class);
            }
        }

        @Test
        void cancellingKillsACommandThatNobodyReads() {
            Marker marker = new Marker();
            Cancellation cancellation = new Cancellation();
            try (ExecSession session = runtime().exec(container(), marker.family(), cancellation)) {
                eventually(() -> marker.count() >= 3);
                cancellation.cancel("the test wants it");
                eventually(() -> marker.count() == 0);
                assertThat(session.stderrTail()).isEmpty();
            }
        }

        @Test
        void cancellingEndsABlockedWriter() {
            Marker marker = new Marker();
            Cancellation cancellation = new Cancellation();
            try (ExecSession session =
                    runtime().exec(container(), marker.family().withStdin(), cancellation)) {
                CompletableFuture<@Nullable Throwable> writer = failureOf(() -> feedForEver(session.stdin()));
                eventually(() -> marker.count() >= 3);
                cancellation.cancel("the test wants it");
                assertThat(writer.join()).isInstanceOf(CancelledException.class);
                eventually(() -> marker.count() == 0);
            }
        }

        @Test
        void whatIsCancelledAlreadyIsNotStarted() {
            Cancellation cancellation = new Cancellation();
            cancellation.cancel("before it began");
            assertThatThrownBy(() -> runtime().exec(container(), ExecSpec.of("true"), cancellation))
                    .isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> runtime().readFile(container(), "/etc/passwd", cancellation))
                    .isInstanceOf(CancelledException.class);
        }
    }

    @Nested
    class Closing {
        @Test
        void closingKillsTheCommandAndItsChildren() {
            Marker marker = new Marker();
            ExecSession session = start(marker.family());
            eventually(() -> marker.count() >= 3);
            session.close();
            assertThat(marker.count()).isZero();
            session.close();
        }

        @Test
        void closingAtOnceLeavesNothingRunning() {
            Marker marker = new Marker();
            start(marker.family()).close();
            assertThat(marker.count()).isZero();
        }

        @Test
        void closingStdoutKillsTheCommandAndEndsABlockedReader() {
            Marker marker = new Marker();
            try (ExecSession session = start(marker.family())) {
                CompletableFuture<@Nullable Throwable> reader = failureOf(() -> readAll(session));
                eventually(() -> marker.count() >= 3);
                session.stdout().close();
                assertThat(reader.join()).satisfies(code(ErrorCode.EXEC_LOST));
                eventually(() -> marker.count() == 0);
            }
        }
    }

    @Nested
    class Leftovers {
        private final String run = UUID.randomUUID().toString().substring(1);

        @Test
        void allThatARunHasLeftIsKilledByAnybody() {
            Marker marker = new Marker();
            try (ExecSession left = start(marker.family().ofRun(run))) {
                eventually(() -> marker.count() >= 3);

                assertThat(runtime().endRun(container(), run)).isTrue();

                assertThat(marker.count()).isZero();
                assertThat(catchThrowable(left::await))
                        .satisfiesAnyOf(none -> assertThat(none).isNull(), code(ErrorCode.EXEC_LOST));
            }
        }

        @Test
        void whatIsOfAnotherRunOrOfNoneGoesOn() {
            Marker others = new Marker();
            Marker nobodys = new Marker();
            try (ExecSession other = start(others.family().ofRun(run + "0"));
                    ExecSession nobody = start(nobodys.family())) {
                eventually(() -> others.count() >= 3 && nobodys.count() >= 3);

                assertThat(runtime().endRun(container(), run)).isFalse();

                assertThat(others.count()).isGreaterThanOrEqualTo(3);
                assertThat(nobodys.count()).isGreaterThanOrEqualTo(3);
                assertThat(other.stderrTail() + nobody.stderrTail()).isEmpty();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "a b", "*", "x;y", "\n"})
        void whatIsNoRunsIdIsRefused(String id) {
            assertThatThrownBy(() -> runtime().endRun(container(), id)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Idleness {
        @Test
        void anIdleCommandIsKilled() {
            Marker marker = new Marker();
            try (ExecSession session = start(marker.family().withIdleLimit(Duration.ofMillis(1500)))) {
                assertCode(ErrorCode.EXEC_IDLE, session::await);
                eventually(() -> marker.count() == 0);
            }
        }

        @Test
        void aCommandWhoseOutputNobodyReadsForAWhileIsNotIdle() {
            Duration limit = Duration.ofSeconds(1);
            long bytes = 8L * MEBIBYTE;
            try (ExecSession session =
                    start(ExecSpec.of("head", "-c", "" + bytes, "/dev/zero").withIdleLimit(limit))) {
                ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
                long read = session.stdout().read(buffer);
                long begin = System.nanoTime();
                eventually(() -> System.nanoTime() - begin > 2 * limit.toNanos());
                assertThat(read + readAll(session).length).isEqualTo(bytes);
            }
        }

        @Test
        void aCommandThatMovesBytesIsNotIdle() {
            ExecSpec spec = shell("for i in 1 2 3 4 5 6; do sleep 0.5; echo $i >&2; done; echo out")
                    .withIdleLimit(Duration.ofSeconds(2));
            try (ExecSession session = start(spec)) {
                assertThat(session.await()).isZero();
            }
        }
    }

    @Nested
    class ManyCommands {
        @Test
        void manyCommandsRunAtTheSameTime() {
            List<CompletableFuture<String>> runs = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String word = "run-" + i;
                runs.add(CompletableFuture.supplyAsync(() -> {
                    try (ExecSession session = start(shell("sleep 0.2; echo \"$1\"", word))) {
                        return output(session);
                    }
                }));
            }
            for (int i = 0; i < runs.size(); i++) {
                assertThat(runs.get(i).join()).isEqualTo("run-" + i + "\n");
            }
        }

        @Test
        void manyCommandsLeaveNothingBehind() {
            Marker marker = new Marker();
            for (int i = 0; i < 3; i++) {
                try (ExecSession session = start(ExecSpec.of("true"))) {
                    assertThat(session.await()).isZero();
                }
            }
            long descriptors = openDescriptors();
            int threads = Thread.activeCount();
            for (int i = 0; i < much(50, 10); i++) {
                try (ExecSession session = start(shell("echo \"$1\"", marker.number()))) {
                    if (i % 10 != 9) {
                        assertThat(session.await()).isZero();
                    }
                }
            }
            assertThat(marker.count()).isZero();
            eventually(() -> openDescriptors() <= descriptors + 3);
            eventually(() -> Thread.activeCount() <= threads + 1);
        }
    }

    @Nested
    class RegularFiles {
        @Test
        void aFileWrittenIsReadBack() {
            byte[] content = randomBytes(1_234_567);
            String file = newFile();
            write(file, content);
            assertThat(read(file)).isEqualTo(content);
            write(file, Arrays.copyOf(content, 1000));
            assertThat(read(file)).hasSize(1000);
            remove(file);
        }

        @Test
        void anEmptyFileIsAFile() {
            String file = newFile();
            write(file, new byte[0]);
            assertThat(read(file)).isEmpty();
            remove(file);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 511, 512, 513, 65535, 65536, 65537})
        void aFileMayHaveAnySize(int size) {
            byte[] content = randomBytes(size);
            String file = newFile();
            write(file, content);
            assertThat(read(file)).isEqualTo(content);
            remove(file);
        }

        @Test
        void aFileNameMayBeWild() {
            String file = newFile() + " we\"ird $(x) 'name' 데이터 %2e ..";
            write(file, new byte[] {42});
            assertThat(read(file)).containsExactly(42);
            remove(file);
        }

        @Test
        void aFileWrittenHasItsPermissions() {
            String file = newFile();
            write(file, new byte[] {1});
            try (ExecSession session = start(ExecSpec.of("stat", "-c", "%a %u %g", file))) {
                assertThat(output(session).strip()).isEqualTo("600 " + owner(1).uid() + " " + owner(1).gid());
            }
            remove(file);
        }

        @Test
        void whatIsNoRegularFileCannotBeRead() {
            assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read(newFile()));
            assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read(directory()));
            assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read(directory() + "/no/such/file"));
            assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read("/dev/null"));
        }

        @Test
        void aFileCannotBeWrittenWithoutItsDirectory() {
            assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> write(newFile() + "/in/it", new byte[1]));
            assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> write(directory(), new byte[1]));
            assertThatThrownBy(() -> write("relative/path", new byte[1])).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> read("relative/path")).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void contentOfAnotherSizeIsAnError() {
            for (int wrong : new int[] {0, 99_999, 100_001, 300_000}) {
                BytesSource content = BytesSource.of(randomBytes(wrong));
                String file = newFile();
                assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> runtime()
                        .writeFile(container(), file, owner(100_000), content, new Cancellation()));
                assertThat(content.isClosed()).isTrue();
                remove(file);
            }
        }

        @Test
        void contentThatBreaksIsAnError() {
            CancelledException broken = new CancelledException("the source broke");
            BytesSource content = BytesSource.of(randomBytes(500)).thenFailing(broken);
            String file = newFile();
            assertThatThrownBy(() -> runtime().writeFile(container(), file, owner(1000), content, new Cancellation()))
                    .isSameAs(broken);
            assertThat(content.isClosed()).isTrue();
            remove(file);
        }

        @Test
        void aFileGivenUpHalfWayEnds() {
            String file = newFile();
            write(file, randomBytes(much(10, 1) * MEBIBYTE));
            try (ByteSource source = runtime().readFile(container(), file, new Cancellation())) {
                assertThat(source.read(ByteBuffer.allocate(1000))).isPositive();
            }
            remove(file);
        }
    }

    private ExecSession start(ExecSpec spec) {
        return runtime().exec(container(), spec, new Cancellation());
    }

    private static ExecSpec shell(String script, String... words) {
        return ExecSpec.of(Stream.concat(Stream.of("sh", "-c", script, "sh"), Stream.of(words))
                .toList());
    }

    private static byte[] readAll(ExecSession session) {
        return BytesSource.readAll(session.stdout());
    }

    private static String output(ExecSession session) {
        return new String(readAll(session), UTF_8);
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it never came true").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static CompletableFuture<@Nullable Throwable> failureOf(ThrowingCallable action) {
        return CompletableFuture.supplyAsync(() -> catchThrowable(action));
    }

    static void assertCode(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action).satisfies(code(code));
    }

    private static Consumer<Throwable> code(ErrorCode code) {
        return thrown -> assertThat(thrown).isInstanceOfSatisfying(ContainerException.class, e -> assertThat(e.code())
                .as(e.toString())
                .isEqualTo(code));
    }

    private static Consumer<Throwable> status(int status) {
        return thrown -> assertThat(thrown)
                .isInstanceOfSatisfying(CommandFailedException.class, e -> assertThat(e.exitStatus())
                        .isEqualTo(status));
    }

    private static Consumer<Throwable> status(int status, String stderr) {
        return status(status).andThen(thrown -> assertThat(((CommandFailedException) thrown).stderrTail())
                .isEqualTo(stderr));
    }

    private List<String> echoed(List<String> words) {
        try (ExecSession session =
                start(shell("for w in \"$@\"; do printf '%s\\0' \"$w\"; done", words.toArray(String[]::new)))) {
            String out = output(session);
            List<String> answer = new ArrayList<>(List.of(out.split("\0", -1)));
            answer.remove(answer.size() - 1);
            return answer;
        }
    }

    private void write(String file, byte[] content) {
        runtime().writeFile(container(), file, owner(content.length), BytesSource.of(content), new Cancellation());
    }

    private byte[] read(String file) {
        try (ByteSource source = runtime().readFile(container(), file, new Cancellation())) {
            return BytesSource.readAll(source);
        }
    }

    private void remove(String file) {
        try (ExecSession session = start(ExecSpec.of("rm", "-f", file))) {
            assertThat(session.await()).isZero();
        }
    }

    private String newFile() {
        return directory() + "/contract-" + UUID.randomUUID();
    }

    private FileSpec owner(long size) {
        try (ExecSession session = start(shell("id -u; id -g"))) {
            String[] ids = output(session).split("\n", -1);
            return new FileSpec(size, 0600, Integer.parseInt(ids[0]), Integer.parseInt(ids[1]));
        }
    }

    private static void feed(ByteSink sink, byte[] content) {
        sink.write(ByteBuffer.wrap(content));
        sink.finish();
    }

    private static void feedForEver(ByteSink sink) {
        ByteBuffer zeros = ByteBuffer.allocate(1 << 20);
        while (true) {
            sink.write(zeros.clear());
        }
    }

    private static byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static String text(ByteBuffer written) {
        return UTF_8.decode(written.duplicate().flip()).toString();
    }

    private static long openDescriptors() {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        } catch (IOException e) {
            throw new AssertionError("this test needs /proc", e);
        }
    }

    /** Processes that can be found again by a number in their command lines. */
    private final class Marker {
        private final String number = "" + ThreadLocalRandom.current().nextInt(100_000_000, 1_000_000_000);

        String number() {
            return number;
        }

        /** A shell with two children that stay. */
        ExecSpec family() {
            return shell("sleep \"$1\" & sleep \"$1\" & wait", number);
        }

        long count() {
            // The class in brackets keeps grep from finding itself.
            String pattern = "[" + number.charAt(0) + "]" + number.substring(1);
            try (ExecSession session =
                    start(shell("grep -l \"$1\" /proc/[0-9]*/cmdline 2>/dev/null | wc -l", pattern))) {
                return Long.parseLong(output(session).strip());
            }
        }
    }
}
