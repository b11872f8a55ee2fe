package io.codeb.tck.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FileSpec;
import io.codeb.tck.io.BytesSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultyRuntimeTest {
    private static final ExecSpec DUMP = ExecSpec.of("pg_dump", "shop");
    private static final ExecSpec LOAD = ExecSpec.of("psql", "shop").withStdin();

    private final ScriptedRuntime scripted = ScriptedRuntime.answeringInput(
            (spec, input) -> switch (spec.command().get(0)) {
                case "pg_dump" -> ScriptedRuntime.Answer.of("0123456789");
                case "psql" -> ScriptedRuntime.Answer.of(input.length + " bytes");
                case "fails" -> ScriptedRuntime.Answer.of("half").thenFailing(3, "no reason");
                default -> ScriptedRuntime.Answer.missing();
            });
    private final FaultyRuntime runtime = FaultyRuntime.around(scripted);
    private final Cancellation cancellation = new Cancellation();

    @Test
    void aScriptAnswersCommands() {
        assertThat(output(DUMP)).isEqualTo("0123456789");
        try (ExecSession session = start(LOAD)) {
            session.stdin().write(ByteBuffer.allocate(42));
            session.stdin().finish();
            assertThat(new String(BytesSource.readAll(session.stdout()), UTF_8)).isEqualTo("42 bytes");
        }
        assertThat(scripted.calls())
                .extracting(call -> call.spec().command().get(0))
                .containsExactly("pg_dump", "psql");
        assertThat(scripted.calls().get(1).stdin().bytes()).hasSize(42);
    }

    @Test
    void aScriptedConversationGoesOnAsLongAsItIsFed() {
        ScriptedRuntime talking = ScriptedRuntime.conversing((spec, fed) ->
                ScriptedRuntime.Answer.of(new String(fed, UTF_8) + "!").inChunksOf(2));
        ByteBuffer heard = ByteBuffer.allocate(10);
        try (ExecSession session = talking.exec("db", LOAD, cancellation)) {
            session.stdin().write(ByteBuffer.wrap("abc".getBytes(UTF_8)));
            assertThat(session.stdout().read(heard)).isEqualTo(2);
            assertThat(session.stdout().read(heard)).isEqualTo(2);
            session.stdin().write(ByteBuffer.wrap("d".getBytes(UTF_8)));
            assertThat(session.stdout().read(heard)).isEqualTo(2);
            assertThat(session.stdout().read(heard)).isEqualTo(ByteSource.END);
        }
        assertThat(new String(heard.array(), 0, heard.position(), UTF_8)).isEqualTo("abc!d!");
    }

    @Test
    void aScriptedCommandMayEndBeforeItReads() {
        ScriptedRuntime deaf = ScriptedRuntime.answeringInput((spec, input) -> ScriptedRuntime.Answer.of("never"))
                .endingUnread(ScriptedRuntime.Answer.of("").thenFailing(2, "no server"));
        try (ExecSession session = deaf.exec("db", LOAD, cancellation)) {
            assertThatThrownBy(() -> session.stdin().write(ByteBuffer.allocate(1)))
                    .isInstanceOf(CommandFailedException.class)
                    .hasMessageContaining("no server");
            assertThat(session.await()).isEqualTo(2);
        }
        assertThat(deaf.calls().get(0).stdin().bytes()).isEmpty();
    }

    @Test
    void aScriptedFailureHasItsStatusAndItsWords() {
        try (ExecSession session = start(ExecSpec.of("fails"))) {
            assertThatThrownBy(() -> BytesSource.readAll(session.stdout()))
                    .isInstanceOfSatisfying(CommandFailedException.class, e -> {
                        assertThat(e.exitStatus()).isEqualTo(3);
                        assertThat(e.stderrTail()).isEqualTo("no reason");
                    });
            assertThat(session.await()).isEqualTo(3);
        }
        assertFails(ErrorCode.EXEC_NOT_STARTED, () -> output(ExecSpec.of("nothing")));
    }

    @Test
    void aScriptedCommandWhoseInputIsCutNeverAnswers() {
        try (ExecSession session = start(LOAD)) {
            session.stdin().write(ByteBuffer.allocate(42));
            session.stdin().close();

            assertFails(ErrorCode.EXEC_LOST, session::await);
        }
    }

    @Test
    void aScriptedRuntimeKeepsFilesAndRefusesContainers() {
        scripted.refusing("gone", ErrorCode.CONTAINER_NOT_FOUND);
        byte[] content = "content".getBytes(UTF_8);

        runtime.writeFile("db", "/tmp/file", FileSpec.ofSize(7), BytesSource.of(content), cancellation);

        assertThat(BytesSource.readAll(runtime.readFile("db", "/tmp/file", cancellation)))
                .isEqualTo(content);
        assertFails(ErrorCode.CONTAINER_FILE_FAILED, () -> runtime.readFile("db", "/tmp/other", cancellation));
        assertFails(ErrorCode.CONTAINER_NOT_FOUND, () -> runtime.inspect("gone"));
        assertFails(ErrorCode.CONTAINER_NOT_FOUND, () -> runtime.exec("gone", DUMP, cancellation));
    }

    @Test
    void outputIsCutAtAByte() {
        for (long offset : new long[] {0, 1, 9, 10, Long.MAX_VALUE}) {
            runtime.heal();
            runtime.with(RuntimeFault.cutOutputAt(offset).ofProgram("pg_dump"));
            ByteBuffer seen = ByteBuffer.allocate(100);
            try (ExecSession session = start(DUMP)) {
                assertFails(ErrorCode.EXEC_LOST, () -> {
                    while (true) {
                        session.stdout().read(seen);
                    }
                });
                assertFails(ErrorCode.EXEC_LOST, session::await);
            }
            assertThat(seen.position()).isEqualTo((int) Math.min(10, offset));
        }
        assertThat(runtime.strikes()).isEqualTo(5);
    }

    @Test
    void aBitOfTheOutputIsFlipped() {
        runtime.with(RuntimeFault.flipOutputAt(5, 0));

        assertThat(output(DUMP)).isEqualTo("0123446789");
        assertThat(output(DUMP)).isEqualTo("0123456789");
    }

    @Test
    void aStartFailsAtItsNumber() {
        runtime.with(RuntimeFault.failStart().atCommand(2));

        assertThat(output(DUMP)).hasSize(10);
        assertFails(ErrorCode.EXEC_NOT_STARTED, () -> output(DUMP));
        assertThat(output(DUMP)).hasSize(10);
    }

    @Test
    void inputIsCutAtAByte() {
        runtime.with(RuntimeFault.cutInputAt(30));

        try (ExecSession session = start(LOAD)) {
            assertFails(ErrorCode.EXEC_LOST, () -> {
                session.stdin().write(ByteBuffer.allocate(42));
                return null;
            });
            assertFails(ErrorCode.EXEC_LOST, session::await);
        }
        assertThat(scripted.calls().get(0).stdin().bytes()).hasSize(30);
        assertThat(scripted.calls().get(0).stdin().isFinished()).isFalse();
    }

    @Test
    void anAnswerIsLostWhenTheCommandHasDoneWhatItWasTold() {
        runtime.with(RuntimeFault.loseAnswerTo("COMMIT;").atCommand(2));
        assertThat(said("SELECT 1;\n", "SELECT 2;\n")).isEqualTo("20 bytes");
        assertThat(said("COMMIT;\n")).isEqualTo("8 bytes");
        assertThat(runtime.strikes()).isZero();

        assertFails(ErrorCode.EXEC_LOST, () -> said("BEGIN;\n", "UPDATE;\nCOMMIT;\n", "SELECT 1;\n"));

        assertThat(runtime.strikes()).isEqualTo(1);
        assertThat(new String(scripted.calls().get(2).stdin().bytes(), UTF_8)).isEqualTo("BEGIN;\nUPDATE;\nCOMMIT;\n");
        assertThat(scripted.calls().get(2).stdin().isFinished()).isTrue();
        assertThat(said("COMMIT;\n")).isEqualTo("8 bytes");
    }

    @Test
    void somethingHappensRightBehindAWord() {
        List<String> happened = new ArrayList<>();
        runtime.with(RuntimeFault.whenTold("COMMIT;", () -> happened.add("once")));

        assertThat(said("BEGIN;\n")).isEqualTo("7 bytes");
        assertThat(happened).isEmpty();
        assertThat(said("COMMIT;\n", "SELECT 1;\n")).isEqualTo("18 bytes");
        assertThat(said("COMMIT;\n")).isEqualTo("8 bytes");

        assertThat(happened).containsExactly("once");
    }

    private String said(String... writes) {
        try (ExecSession session = start(LOAD)) {
            for (String write : writes) {
                session.stdin().write(ByteBuffer.wrap(write.getBytes(UTF_8)));
            }
            session.stdin().finish();
            return new String(BytesSource.readAll(session.stdout()), UTF_8);
        }
    }

    @Test
    void aStalledCommandEndsWhenItIsCancelled() {
        runtime.with(RuntimeFault.stallOutputAt(4));
        try (ExecSession session = start(DUMP)) {
            assertThat(session.stdout().read(ByteBuffer.allocate(4))).isEqualTo(4);
            CompletableFuture<@Nullable Throwable> reader = CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> session.stdout().read(ByteBuffer.allocate(4))));

            cancellation.cancel("enough");

            assertThat(reader.join()).isInstanceOf(CancelledException.class);
        }
    }

    private ExecSession start(ExecSpec spec) {
        return runtime.exec("db", spec, cancellation);
    }

    private String output(ExecSpec spec) {
        try (ExecSession session = start(spec);
                ByteSource stdout = session.stdout()) {
            return new String(BytesSource.readAll(stdout, 3), UTF_8);
        }
    }

    private static void assertFails(ErrorCode code, Callable<?> action) {
        assertThatThrownBy(action::call).isInstanceOfSatisfying(CodeBException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }
}
