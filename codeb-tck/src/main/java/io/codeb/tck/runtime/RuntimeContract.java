package io.codeb.tck.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FileSpec;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link ContainerRuntime} promises, for every runtime. Extend it, say where commands run, and run it.
 *
 * <p>Commands are words that every POSIX system and BusyBox know: {@code sh}, {@code cat}, {@code wc}, {@code head},
 * {@code sleep}, {@code grep}, {@code stat}, {@code id}, {@code rm}; {@code /proc} must be readable.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class RuntimeContract {
    private static final int TEN_MEGABYTES = 10 * 1024 * 1024;

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

    /** The runtime says what it is. */
    @Test
    public void theRuntimeSaysWhatItIs() {
        assertThat(runtime().id()).matches("[a-z][a-z0-9-]*");
        assertThat(runtime().info().name()).isNotBlank();
        assertThat(runtime().info().version()).isNotBlank();
        assertThat(runtime().info().endpoint()).isNotBlank();
    }

    /** Output arrives while the command runs. */
    @Test
    public void outputArrivesWhileTheCommandRuns() {
        try (ExecSession session =
                start(shell("echo first; cat >/dev/null; echo second").withStdin())) {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            while (buffer.position() < "first\n".length()) {
                session.stdout().read(buffer);
            }
            assertThat(text(buffer)).isEqualTo("first\n");
            session.stdin().finish();
            assertThat(new String(readAll(session.stdout()), UTF_8)).isEqualTo("second\n");
        }
    }

    /** Binary output arrives unchanged, to the last byte. */
    @Test
    public void binaryOutputArrivesUnchanged() {
        byte[] content = randomBytes(TEN_MEGABYTES);
        String file = newFile();
        write(file, content);
        try (ExecSession session = start(ExecSpec.of("cat", file))) {
            assertThat(readAll(session.stdout())).isEqualTo(content);
        }
        remove(file);
    }

    /** Binary input arrives unchanged, to the last byte. */
    @Test
    public void binaryInputArrivesUnchanged() {
        byte[] content = randomBytes(TEN_MEGABYTES);
        String file = newFile();
        try (ExecSession session =
                start(shell("cat >\"$1\"; wc -c <\"$1\"", file).withStdin())) {
            feed(session.stdin(), content);
            assertThat(new String(readAll(session.stdout()), UTF_8).strip()).isEqualTo("" + content.length);
        }
        assertThat(read(file)).isEqualTo(content);
        remove(file);
    }

    /** The end of the input reaches the command. */
    @Test
    public void theEndOfTheInputReachesTheCommand() {
        try (ExecSession session = start(ExecSpec.of("wc", "-c").withStdin())) {
            feed(session.stdin(), "half-close".getBytes(UTF_8));
            assertThat(new String(readAll(session.stdout()), UTF_8).strip()).isEqualTo("10");
        }
    }

    /** Input with nothing in it is an end, too. */
    @Test
    public void emptyInputIsAnEnd() {
        try (ExecSession session = start(ExecSpec.of("wc", "-c").withStdin())) {
            session.stdin().finish();
            assertThat(new String(readAll(session.stdout()), UTF_8).strip()).isEqualTo("0");
        }
    }

    /** A command without stdin sees its end at once. */
    @Test
    public void withoutStdinTheCommandSeesTheEndAtOnce() {
        try (ExecSession session = start(ExecSpec.of("wc", "-c"))) {
            assertThat(new String(readAll(session.stdout()), UTF_8).strip()).isEqualTo("0");
            assertThatThrownBy(session::stdin).isInstanceOf(IllegalStateException.class);
        }
    }

    /** Input and output flow at the same time. */
    @Test
    public void inputAndOutputFlowAtTheSameTime() {
        byte[] content = randomBytes(TEN_MEGABYTES);
        try (ExecSession session = start(ExecSpec.of("cat").withStdin())) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> feed(session.stdin(), content));
            assertThat(readAll(session.stdout())).isEqualTo(content);
            writer.join();
        }
    }

    /** Direct and odd-sized buffers work as well as any. */
    @Test
    public void buffersOfAnyKindAndSizeWork() {
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

    /** The end is answered again and again. */
    @Test
    public void theEndIsAnsweredEverAfter() {
        try (ExecSession session = start(shell("echo x"))) {
            readAll(session.stdout());
            assertThat(session.stdout().read(ByteBuffer.allocate(1))).isEqualTo(ByteSource.END);
            assertThat(session.stdout().read(ByteBuffer.allocate(1))).isEqualTo(ByteSource.END);
        }
    }

    /** The last of stderr is kept, however much there is, and never stalls stdout. */
    @Test
    public void stderrIsKeptAsABoundedTail() {
        try (ExecSession session = start(shell(
                        "i=0; while [ $i -lt 20000 ]; do echo \"line $i of what went wrong\" >&2; i=$((i+1)); done; echo out")
                .withStderrLimit(1000))) {
            assertThat(new String(readAll(session.stdout()), UTF_8)).isEqualTo("out\n");
            assertThat(session.stderrTail()).endsWith("line 19999 of what went wrong\n");
            assertThat(session.stderrTail().getBytes(UTF_8)).hasSizeBetween(900, 1000);
        }
    }

    /** Stderr is drained while nobody reads stdout. */
    @Test
    public void stderrIsDrainedWhileNobodyReadsStdout() {
        try (ExecSession session = start(shell("head -c 3000000 /dev/zero >&2; echo done >&2; cat >/dev/null")
                .withStdin()
                .withStderrLimit(16))) {
            eventually(() -> session.stderrTail().endsWith("done\n"));
            session.stdin().finish();
            assertThat(session.await()).isZero();
        }
    }

    /**
     * A status is what the command ended with.
     *
     * @param status the status
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 126, 127, 255})
    public void aStatusIsProvenAndNeverAnEnd(int status) {
        String script = "echo payload; echo why >&2; exit " + status;
        try (ExecSession session = start(shell(script))) {
            assertThat(session.await()).isEqualTo(status);
        }
        try (ExecSession session = start(shell(script))) {
            CommandFailedException failure =
                    catchThrowableOfType(CommandFailedException.class, () -> readAll(session.stdout()));
            assertThat(failure.exitStatus()).isEqualTo(status);
            assertThat(failure.stderrTail()).isEqualTo("why\n");
            assertThatThrownBy(() -> session.stdout().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(CommandFailedException.class);
        }
    }

    /** Status 0 is an end. */
    @Test
    public void statusZeroIsAnEnd() {
        try (ExecSession session = start(ExecSpec.of("true"))) {
            assertThat(session.await()).isZero();
            assertThat(session.stderrTail()).isEmpty();
        }
    }

    /** The payload before a failure is there to be read. */
    @Test
    public void thePayloadBeforeAFailureIsThereToBeRead() {
        try (ExecSession session = start(shell("echo payload; exit 1"))) {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            assertThatThrownBy(() -> {
                        while (true) {
                            session.stdout().read(buffer);
                        }
                    })
                    .isInstanceOf(CommandFailedException.class);
            assertThat(text(buffer)).isEqualTo("payload\n");
        }
    }

    /** A command that a signal ends has a status of 128 and the signal's number. */
    @Test
    public void aSignalIsAStatus() {
        try (ExecSession session = start(shell("kill -9 $$"))) {
            assertThat(session.await()).isEqualTo(137);
        }
    }

    /**
     * A command that cannot be started is told apart from one that failed.
     *
     * @param program what is no program
     */
    @ParameterizedTest
    @ValueSource(strings = {"no-such-program", "/no/such/program", "/etc", "/etc/passwd", "exit", "cd"})
    public void whatIsNoProgramIsNotStarted(String program) {
        try (ExecSession session = start(ExecSpec.of(program, "0"))) {
            assertCode(ErrorCode.EXEC_NOT_STARTED, session::await);
            assertCode(ErrorCode.EXEC_NOT_STARTED, () -> session.stdout().read(ByteBuffer.allocate(1)));
        }
    }

    /** Arguments are words that no shell reads. */
    @Test
    public void argumentsArriveUnharmed() {
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

    /** So are words of other scripts. */
    @Test
    public void wordsOfOtherScriptsArriveUnharmed() {
        List<String> words = List.of("데이터베이스", "Größe", "表", "🗄");
        assertThat(echoed(words)).isEqualTo(words);
    }

    /** The environment is added to. */
    @Test
    public void theEnvironmentIsAddedTo() {
        ExecSpec spec = shell("printf '%s|%s|' \"$PLAIN\" \"$EMPTY\"; test -n \"$PATH\"")
                .withEnvironment("PLAIN", "a = 'b' \"c\" $(d)\ne")
                .withEnvironment("EMPTY", "");
        try (ExecSession session = start(spec)) {
            assertThat(new String(readAll(session.stdout()), UTF_8)).isEqualTo("a = 'b' \"c\" $(d)\ne||");
        }
    }

    /** Secrets reach the command's environment and no command line. */
    @Test
    public void secretsReachTheEnvironmentAndNoCommandLine() {
        String secret = "canary-" + UUID.randomUUID();
        ExecSpec spec = shell(
                        "printf %s \"$PASS\"; printf %s \"$PASS\" >\"$1\"; "
                                + "grep -l -F -f \"$1\" /proc/[0-9]*/cmdline 2>/dev/null; rm \"$1\"",
                        newFile())
                .withSecret("PASS", Secret.of(secret));
        try (ExecSession session = start(spec)) {
            assertThat(new String(readAll(session.stdout()), UTF_8)).isEqualTo(secret);
        }
        assertThat(spec.toString()).doesNotContain(secret);
    }

    /** Cancelling ends a blocked reader and kills the command with its children. */
    @Test
    public void cancellingKillsTheCommandAndItsChildren() {
        Marker marker = new Marker();
        Cancellation cancellation = new Cancellation();
        try (ExecSession session = runtime().exec(container(), marker.family(), cancellation)) {
            CompletableFuture<@Nullable Throwable> reader =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> readAll(session.stdout())));
            eventually(() -> marker.count() >= 3);
            cancellation.cancel("the test wants it");
            assertThat(reader.join()).isInstanceOf(CancelledException.class);
            eventually(() -> marker.count() == 0);
            assertThatThrownBy(session::await).isInstanceOf(CancelledException.class);
        }
    }

    /** Cancelling kills a command that nobody reads from, without waiting for a close. */
    @Test
    public void cancellingKillsACommandThatNobodyReads() {
        Marker marker = new Marker();
        Cancellation cancellation = new Cancellation();
        try (ExecSession session = runtime().exec(container(), marker.family(), cancellation)) {
            eventually(() -> marker.count() >= 3);
            cancellation.cancel("the test wants it");
            eventually(() -> marker.count() == 0);
            assertThat(session.stderrTail()).isEmpty();
        }
    }

    /** Cancelling ends a writer that is blocked because the command does not read. */
    @Test
    public void cancellingEndsABlockedWriter() {
        Marker marker = new Marker();
        Cancellation cancellation = new Cancellation();
        try (ExecSession session = runtime().exec(container(), marker.family().withStdin(), cancellation)) {
            CompletableFuture<@Nullable Throwable> writer =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> feedForEver(session.stdin())));
            eventually(() -> marker.count() >= 3);
            cancellation.cancel("the test wants it");
            assertThat(writer.join()).isInstanceOf(CancelledException.class);
            eventually(() -> marker.count() == 0);
        }
    }

    /** What is cancelled already is not started. */
    @Test
    public void whatIsCancelledAlreadyIsNotStarted() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("before it began");
        assertThatThrownBy(() -> runtime().exec(container(), ExecSpec.of("true"), cancellation))
                .isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> runtime().readFile(container(), "/etc/passwd", cancellation))
                .isInstanceOf(CancelledException.class);
    }

    /** Closing the session kills the command with its children. */
    @Test
    public void closingKillsTheCommandAndItsChildren() {
        Marker marker = new Marker();
        ExecSession session = start(marker.family());
        eventually(() -> marker.count() >= 3);
        session.close();
        assertThat(marker.count()).isZero();
        session.close();
    }

    /** Closing stdout kills the command and ends a blocked reader. */
    @Test
    public void closingStdoutKillsTheCommandAndEndsABlockedReader() {
        Marker marker = new Marker();
        try (ExecSession session = start(marker.family())) {
            CompletableFuture<@Nullable Throwable> reader =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> readAll(session.stdout())));
            eventually(() -> marker.count() >= 3);
            session.stdout().close();
            assertThat(reader.join()).isNotNull();
            eventually(() -> marker.count() == 0);
        }
    }

    /** A command that was never read from is killed by a close at once after the start. */
    @Test
    public void closingAtOnceLeavesNothingRunning() {
        Marker marker = new Marker();
        start(marker.family()).close();
        assertThat(marker.count()).isZero();
    }

    /** Aborting stdin kills the command before it can take the cut for an end. */
    @Test
    public void abortingStdinNeverLooksLikeAnEnd() {
        String file = newFile();
        try (ExecSession session =
                start(shell("cat >/dev/null && echo committed >\"$1\"", file).withStdin())) {
            session.stdin().write(ByteBuffer.wrap("half a scr".getBytes(UTF_8)));
            session.stdin().abort(new IllegalStateException("the source broke"));
            assertThat(catchThrowable(() -> readAll(session.stdout()))).isInstanceOf(CodeBException.class);
        }
        assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read(file));
    }

    /** Closing stdin without finishing it is an abort. */
    @Test
    public void closingStdinUnfinishedIsAnAbort() {
        String file = newFile();
        try (ExecSession session =
                start(shell("cat >/dev/null && echo committed >\"$1\"", file).withStdin())) {
            session.stdin().close();
            assertThat(catchThrowable(() -> readAll(session.stdout()))).isInstanceOf(CodeBException.class);
        }
        assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read(file));
    }

    /** Closing stdin after it finished changes nothing. */
    @Test
    public void closingStdinFinishedChangesNothing() {
        try (ExecSession session = start(ExecSpec.of("wc", "-c").withStdin())) {
            session.stdin().finish();
            session.stdin().close();
            session.stdin().abort(new IllegalStateException("too late"));
            assertThatThrownBy(() -> session.stdin().write(ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(session.await()).isZero();
        }
    }

    /** A command that ends early fails its writer with what happened. */
    @Test
    public void aCommandThatEndsEarlyFailsItsWriter() {
        try (ExecSession session =
                start(shell("head -c 10 >/dev/null; echo enough >&2; exit 3").withStdin())) {
            assertThat(catchThrowable(() -> feedForEver(session.stdin())))
                    .isInstanceOfSatisfying(CommandFailedException.class, failure -> {
                        assertThat(failure.exitStatus()).isEqualTo(3);
                        assertThat(failure.stderrTail()).contains("enough");
                    });
            assertThat(session.await()).isEqualTo(3);
        }
    }

    /** A command that moves no byte is killed. */
    @Test
    public void anIdleCommandIsKilled() {
        Marker marker = new Marker();
        try (ExecSession session = start(marker.family().withIdleLimit(Duration.ofMillis(1500)))) {
            assertCode(ErrorCode.EXEC_IDLE, session::await);
            eventually(() -> marker.count() == 0);
        }
    }

    /** A command that moves a byte now and then is not idle. */
    @Test
    public void aCommandThatMovesBytesIsNotIdle() {
        ExecSpec spec = shell("for i in 1 2 3 4 5 6; do sleep 0.5; echo $i >&2; done; echo out")
                .withIdleLimit(Duration.ofSeconds(2));
        try (ExecSession session = start(spec)) {
            assertThat(session.await()).isZero();
        }
    }

    /** Many commands run at the same time. */
    @Test
    public void manyCommandsRunAtTheSameTime() {
        List<CompletableFuture<String>> runs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String word = "run-" + i;
            runs.add(CompletableFuture.supplyAsync(() -> {
                try (ExecSession session = start(shell("sleep 0.2; echo \"$1\"", word))) {
                    return new String(readAll(session.stdout()), UTF_8);
                }
            }));
        }
        for (int i = 0; i < runs.size(); i++) {
            assertThat(runs.get(i).join()).isEqualTo("run-" + i + "\n");
        }
    }

    /** Fifty commands in a row leave no process, no thread and no file descriptor behind. */
    @Test
    public void manyCommandsLeaveNothingBehind() {
        Marker marker = new Marker();
        for (int i = 0; i < 3; i++) {
            try (ExecSession session = start(ExecSpec.of("true"))) {
                assertThat(session.await()).isZero();
            }
        }
        long descriptors = openDescriptors();
        int threads = Thread.activeCount();
        for (int i = 0; i < 50; i++) {
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

    /** A file that was written is read back, and a second one replaces it. */
    @Test
    public void aFileWrittenIsReadBack() {
        byte[] content = randomBytes(1_234_567);
        String file = newFile();
        write(file, content);
        assertThat(read(file)).isEqualTo(content);
        write(file, Arrays.copyOf(content, 1000));
        assertThat(read(file)).hasSize(1000);
        remove(file);
    }

    /** An empty file is a file. */
    @Test
    public void anEmptyFileIsAFile() {
        String file = newFile();
        write(file, new byte[0]);
        assertThat(read(file)).isEmpty();
        remove(file);
    }

    /**
     * A file's size may be any, around the blocks of archives and buffers.
     *
     * @param size in bytes
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 513, 65535, 65536, 65537})
    public void aFileMayHaveAnySize(int size) {
        byte[] content = randomBytes(size);
        String file = newFile();
        write(file, content);
        assertThat(read(file)).isEqualTo(content);
        remove(file);
    }

    /** A file's name may be wild. */
    @Test
    public void aFileNameMayBeWild() {
        String file = newFile() + " we\"ird $(x) 'name' 데이터 %2e ..";
        write(file, new byte[] {42});
        assertThat(read(file)).containsExactly(42);
        remove(file);
    }

    /** A file that was written has the permissions and the owner that were asked for. */
    @Test
    public void aFileWrittenHasItsPermissions() {
        String file = newFile();
        write(file, new byte[] {1});
        try (ExecSession session = start(ExecSpec.of("stat", "-c", "%a %u %g", file))) {
            assertThat(new String(readAll(session.stdout()), UTF_8).strip())
                    .isEqualTo("600 " + owner(1).uid() + " " + owner(1).gid());
        }
        remove(file);
    }

    /** What is missing, or no regular file, cannot be read. */
    @Test
    public void whatIsNoRegularFileCannotBeRead() {
        assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read(newFile()));
        assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read(directory()));
        assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read(directory() + "/no/such/file"));
        assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> read("/dev/null"));
    }

    /** A file cannot be written where there is no directory, or where one is in its place. */
    @Test
    public void aFileCannotBeWrittenWithoutItsDirectory() {
        assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> write(newFile() + "/in/it", new byte[1]));
        assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> write(directory(), new byte[1]));
        assertThatThrownBy(() -> write("relative/path", new byte[1])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read("relative/path")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Content that is not of its size is an error, and is closed. */
    @Test
    public void contentOfAnotherSizeIsAnError() {
        for (int wrong : new int[] {0, 99_999, 100_001, 300_000}) {
            ByteArraySource content = new ByteArraySource(randomBytes(wrong));
            String file = newFile();
            assertCode(ErrorCode.CONTAINER_FILE_FAILED, () -> runtime()
                    .writeFile(container(), file, owner(100_000), content, new Cancellation()));
            assertThat(content.closed).isTrue();
            remove(file);
        }
    }

    /** Content that breaks is its own error, not an end. */
    @Test
    public void contentThatBreaksIsAnError() {
        CancelledException broken = new CancelledException("the source broke");
        ByteArraySource content = new ByteArraySource(randomBytes(1000)) {
            @Override
            public int read(ByteBuffer dst) {
                throw broken;
            }
        };
        String file = newFile();
        assertThatThrownBy(() -> runtime().writeFile(container(), file, owner(1000), content, new Cancellation()))
                .isSameAs(broken);
        assertThat(content.closed).isTrue();
        remove(file);
    }

    /** A file that is given up half-way ends cleanly. */
    @Test
    public void aFileGivenUpHalfWayEnds() {
        String file = newFile();
        write(file, randomBytes(TEN_MEGABYTES));
        try (ByteSource source = runtime().readFile(container(), file, new Cancellation())) {
            assertThat(source.read(ByteBuffer.allocate(1000))).isPositive();
        }
        remove(file);
    }

    /**
     * Starts a command that nobody cancels.
     *
     * @param spec the command
     * @return the session
     */
    protected final ExecSession start(ExecSpec spec) {
        return runtime().exec(container(), spec, new Cancellation());
    }

    /**
     * A command for the shell.
     *
     * @param script what the shell reads
     * @param words its {@code $1} and following
     * @return the command
     */
    protected static ExecSpec shell(String script, String... words) {
        return ExecSpec.of(Stream.concat(Stream.of("sh", "-c", script, "sh"), Stream.of(words))
                .toList());
    }

    /**
     * Reads to the proven end.
     *
     * @param source what to read
     * @return all of it
     */
    protected static byte[] readAll(ByteSource source) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(128 * 1024);
        while (source.read(buffer.clear()) != ByteSource.END) {
            all.write(buffer.array(), 0, buffer.position());
        }
        return all.toByteArray();
    }

    /**
     * Waits for a condition, at most half a minute.
     *
     * @param condition what should become true
     */
    protected static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it never came true").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /**
     * Expects an exception with a code.
     *
     * @param code the code
     * @param action what must throw
     */
    protected static void assertCode(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run).isInstanceOfSatisfying(CodeBException.class, e -> assertThat(e.code())
                .as(e.toString())
                .isEqualTo(code));
    }

    private List<String> echoed(List<String> words) {
        try (ExecSession session =
                start(shell("for w in \"$@\"; do printf '%s\\0' \"$w\"; done", words.toArray(String[]::new)))) {
            String out = new String(readAll(session.stdout()), UTF_8);
            List<String> answer = new ArrayList<>(List.of(out.split("\0", -1)));
            answer.remove(answer.size() - 1);
            return answer;
        }
    }

    private void write(String file, byte[] content) {
        runtime().writeFile(container(), file, owner(content.length), new ByteArraySource(content), new Cancellation());
    }

    private byte[] read(String file) {
        try (ByteSource source = runtime().readFile(container(), file, new Cancellation())) {
            return readAll(source);
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
            String[] ids = new String(readAll(session.stdout()), UTF_8).split("\n", -1);
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
                return Long.parseLong(new String(readAll(session.stdout()), UTF_8).strip());
            }
        }
    }

    /** Content in memory that remembers whether it was closed. */
    private static class ByteArraySource implements ByteSource {
        private final ByteBuffer content;
        private boolean closed;

        ByteArraySource(byte[] content) {
            this.content = ByteBuffer.wrap(content);
        }

        @Override
        public int read(ByteBuffer dst) {
            if (!content.hasRemaining()) {
                return END;
            }
            int n = Math.min(dst.remaining(), content.remaining());
            dst.put(content.slice().limit(n));
            content.position(content.position() + n);
            return n;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
