package io.codeb.podman;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions with a service that misbehaves. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ApiExecSessionTest {
    private static final String ENDED = "{\"Running\":false,\"ExitCode\":0}";
    private static final String RUNNING = "{\"Running\":true,\"ExitCode\":0}";

    private FakeApi api;
    private ContainerRuntime runtime;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi().onExecState(ENDED);
        runtime = api.runtime();
    }

    /** What is waited for is over soon, from now on. */
    private void beHasty() {
        runtime.close();
        runtime = api.hasty();
    }

    @AfterEach
    void stop() throws IOException {
        runtime.close();
        api.close();
    }

    private ExecSession exec() {
        return runtime.exec("box", ExecSpec.of("pg_dump"), new Cancellation());
    }

    private static String readAll(ByteSource source) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        while (source.read(buffer.clear()) != ByteSource.END) {
            all.write(buffer.array(), 0, buffer.position());
        }
        return all.toString(UTF_8);
    }

    private void assertEnds(ErrorCode code, String message) {
        try (ExecSession session = exec()) {
            assertThatThrownBy(() -> readAll(session.stdout()))
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(code))
                    .hasMessageContaining(message)
                    .hasMessageContaining("pg_dump")
                    .hasMessageContaining("box");
        }
    }

    @Test
    void aTrailerAndAnApiThatAgreesAreAnEnd() {
        api.onExec(call -> {
            call.pid();
            call.stdout("payload");
            call.stderr("a word");
            call.trailer(0);
        });
        try (ExecSession session = exec()) {
            assertThat(readAll(session.stdout())).isEqualTo("payload");
            assertThat(session.stderrTail()).isEqualTo("a word");
            assertThat(session.await()).isZero();
        }
        assertThat(api.requests()).doesNotContain("POST /exec/killer/start");
    }

    @Test
    void aServiceThatDoesNotUpgradeIsUnderstood() {
        api.on("POST /exec/exec1/start", call -> {
            call.raw("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n");
            call.pid();
            call.stdout("payload");
            call.trailer(0);
        });
        try (ExecSession session = exec()) {
            assertThat(readAll(session.stdout())).isEqualTo("payload");
        }
    }

    /** Trap 2: a dropped stream looks like success. */
    @Test
    void trap2AStreamThatEndsWithoutATrailerIsLost() {
        api.onExec(call -> {
            call.pid();
            call.stdout("half of a dump");
        });
        assertEnds(ErrorCode.EXEC_LOST, "its output was cut");
        assertThat(api.requests()).contains("POST /exec/killer/start");
    }

    /** Trap 2: on an end inside a frame other readers simply return. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 8, 9, 15})
    void trap2AStreamThatEndsInsideAFrameIsLost(int cut) {
        api.onExec(call -> {
            call.pid();
            call.stdout("payload");
            call.raw(Arrays.copyOf(FakeApi.frameBytes(1, "more of it".getBytes(UTF_8)), cut));
        });
        assertEnds(ErrorCode.EXEC_LOST, "in the middle");
    }

    @Test
    void aTrailerThatIsCutIsNone() {
        api.onExec(call -> {
            call.pid();
            call.stdout("payload" + call.nonce() + " 0");
        });
        assertEnds(ErrorCode.EXEC_LOST, "its output was cut");
    }

    @Test
    void aTrailerOfAnotherRunIsNone() {
        api.onExec(call -> {
            call.pid();
            call.stdout("payload\n" + "0123456789abcdef".repeat(2) + " 0\n");
        });
        assertEnds(ErrorCode.EXEC_LOST, "its output was cut");
    }

    @Test
    void aTrailerThatTheApiContradictsProvesNothing() {
        api.onExecState("{\"Running\":false,\"ExitCode\":137}").onExec(call -> {
            call.pid();
            call.trailer(0);
        });
        assertEnds(ErrorCode.EXEC_LOST, "says 137");
    }

    @Test
    void aShellThatWasKilledPointsToAContainerThatWasStopped() {
        api.onExecState("{\"Running\":false,\"ExitCode\":137}").onExec(call -> {
            call.pid();
            call.trailer(2);
        });
        try (ExecSession session = exec()) {
            assertThatThrownBy(() -> readAll(session.stdout()))
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.hint()).contains("stopped or restarted"))
                    .hasMessageContaining("status 2, but the container service says 137; its shell was killed");
        }
    }

    /** Trap 4: status 0 is reported of a command that still runs. */
    @Test
    void trap4AStatusCountsOnlyWhenTheCommandNoLongerRuns() {
        Deque<String> states = new ArrayDeque<>(List.of(RUNNING, RUNNING, "{\"Running\":false,\"ExitCode\":3}"));
        api.on("GET /exec/exec1/json", call -> call.json(200, states.size() > 1 ? states.pop() : states.element()));
        api.onExec(call -> {
            call.pid();
            call.stderr("no such table");
            call.trailer(3);
        });
        try (ExecSession session = exec()) {
            assertThatThrownBy(() -> readAll(session.stdout()))
                    .isInstanceOfSatisfying(CommandFailedException.class, e -> {
                        assertThat(e.exitStatus()).isEqualTo(3);
                        assertThat(e.stderrTail()).isEqualTo("no such table");
                    });
        }
    }

    /** Trap 4: what the API calls running for ever has not ended. */
    @Test
    void trap4ACommandThatRunsOnBehindItsTrailerIsLost() {
        beHasty();
        api.onExecState(RUNNING).onExec(call -> {
            call.pid();
            call.trailer(0);
        });
        assertEnds(ErrorCode.EXEC_LOST, "still runs");
    }

    /** Trap 4: a forgotten command is unknown, never a success. */
    @Test
    void trap4ACommandThatTheApiHasForgottenIsLost() {
        api.on("GET /exec/exec1/json", call -> call.json(404, "{}")).onExec(call -> {
            call.pid();
            call.trailer(0);
        });
        assertEnds(ErrorCode.EXEC_LOST, "does not know it any more");
    }

    /** Trap 6: a silent command must not be waited for when it has gone. */
    @Test
    void trap6ASilentConnectionOfACommandThatHasGoneIsLost() {
        beHasty();
        api.onExec(call -> {
            call.pid();
            call.readToEnd();
        });
        assertEnds(ErrorCode.EXEC_LOST, "it has ended, but its connection has not");
    }

    /** Trap 6: nor when the service has gone deaf. */
    @Test
    void trap6ASilentServiceIsLost() {
        beHasty();
        api.on("GET /exec/exec1/json", FakeApi.Call::readToEnd).onExec(call -> {
            call.pid();
            call.readToEnd();
        });
        assertEnds(ErrorCode.EXEC_LOST, "waited 2000 ms for the answer (GET /exec/exec1/json)");
    }

    /** Trap 6: limits bite on a Unix socket too. */
    @Test
    void trap6ACallThatIsNotAnsweredEnds() {
        beHasty();
        api.on("GET /version", FakeApi.Call::readToEnd);
        assertThatThrownBy(runtime::info).isInstanceOfSatisfying(CodeBException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.RUNTIME_UNAVAILABLE));
        api.on("POST /exec/exec1/start", FakeApi.Call::readToEnd);
        assertThatThrownBy(this::exec).isInstanceOfSatisfying(CodeBException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.RUNTIME_UNAVAILABLE));
    }

    @Test
    void rubbishInsteadOfFramesIsLost() {
        api.onExec(call -> call.raw("<html>this is not what you are looking for</html>"));
        assertEnds(ErrorCode.EXEC_LOST, "not in frames");
    }

    @Test
    void aShellThatIsNotThereIsNotStarted() {
        api.onExecState("{\"Running\":false,\"ExitCode\":127}")
                .onExec(call -> call.stderr("Error: runc: exec: \"sh\": not found"));
        assertEnds(ErrorCode.EXEC_NOT_STARTED, "not found");
        assertThat(api.requests()).doesNotContain("POST /exec/killer/start");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 500 X\r\nContent-Length: 22\r\n\r\n{\"message\":\"no space\"}",
                "HTTP/1.1 500 X\r\nContent-Length: 3\r\n\r\n<a>",
                "HTTP/1.1 404 X\r\nContent-Length: 26\r\n\r\n{\"message\":\"no such exec\"}"
            })
    void aRefusedStartIsNotStarted(String answer) {
        api.on("POST /exec/exec1/start", call -> call.raw(answer));
        assertThatThrownBy(this::exec).isInstanceOfSatisfying(CodeBException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.EXEC_NOT_STARTED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTT",
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 999 X\r\n\r\n",
                "HTTP/1.1 201 X\r\n\r\n{}",
                "HTTP/1.1 201 X\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 201 X\r\nContent-Length: 50\r\n\r\n{\"Id\":",
                "HTTP/1.1 201 X\r\nContent-Length: 14\r\n\r\n{\"Id\":\"../x\"} ",
                "HTTP/1.1 201 X\r\nContent-Length: x\r\n\r\n{}",
                "HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void anAnswerThatMakesNoSenseIsAServiceThatIsUnavailable(String answer) {
        api.on("POST /containers/box/exec", call -> call.raw(answer));
        assertThatThrownBy(this::exec).isInstanceOfSatisfying(CodeBException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.RUNTIME_UNAVAILABLE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
                "\u0015\u0003\u0001\u0000\u0002\u0002\u0016"
            })
    void anAnswerOfAPortThatSpeaksTlsIsToldApart(String answer) {
        api.on("POST /containers/box/exec", call -> call.raw(answer));
        assertThatThrownBy(this::exec).isInstanceOfSatisfying(CodeBException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.RUNTIME_UNAVAILABLE);
            assertThat(e).hasMessageContaining("speaks TLS");
            assertThat(e.hint()).contains("DOCKER_CERT_PATH");
        });
    }

    @Test
    void aContainerThatEndsWhileItIsLookedAtIsLookedAtAgain() {
        Deque<String> answers = new ArrayDeque<>(List.of("500", "500", "200"));
        api.on("GET /containers/box/json", call -> {
            if (answers.remove().equals("500")) {
                call.json(500, "{\"cause\":\"no such process\",\"message\":\"read /proc/7/cgroup: no such process\"}");
            } else {
                call.json(200, "{\"Id\":\"b0c5\",\"State\":{\"Status\":\"exited\"}}");
            }
        });
        assertThat(runtime.inspect("box").state()).isEqualTo(ContainerInfo.State.STOPPED);
    }

    @Test
    void aServiceThatFailsIsNotAskedForEver() {
        AtomicInteger asked = new AtomicInteger();
        api.on("GET /containers/box/json", call -> {
            asked.incrementAndGet();
            call.json(500, "{\"message\":\"read /proc/7/cgroup: no such process\"}");
        });
        assertThatThrownBy(() -> runtime.inspect("box"))
                .isInstanceOfSatisfying(
                        CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RUNTIME_UNAVAILABLE));
        assertThat(asked.get()).isBetween(2, 10);
    }

    @Test
    void aHeadWithoutEndIsCutOff() {
        api.on("POST /containers/box/exec", call -> {
            call.raw("HTTP/1.1 201 X\r\n");
            for (int i = 0; i < 100_000; i++) {
                call.raw("X-Header-" + i + ": " + "y".repeat(100) + "\r\n");
            }
        });
        assertThatThrownBy(this::exec).hasMessageContaining("head of the answer");
    }

    /** Trap 5: payloads are copied before the buffer is used again. */
    @Test
    void trap5LargeOutputArrivesUnmixed() {
        byte[] large = new byte[3_000_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) ('a' + i / 1000 % 26);
        }
        api.onExec(call -> {
            call.pid();
            for (int at = 0; at < large.length; at += 30_000) {
                call.frame(1, Arrays.copyOfRange(large, at, at + 30_000));
                call.stderr("progress\n");
            }
            call.trailer(0);
        });
        try (ExecSession session = exec()) {
            assertThat(readAll(session.stdout()).getBytes(UTF_8)).isEqualTo(large);
        }
    }

    /** Trap 1: the end of the input is a half-close, and the output still comes. */
    @Test
    void trap1FinishClosesOneDirectionOnly() {
        CompletableFuture<String> seen = new CompletableFuture<>();
        api.onExec(call -> {
            call.pid();
            seen.complete(new String(call.readToEnd(), UTF_8));
            call.stdout("still here");
            call.trailer(0);
        });
        try (ExecSession session = runtime.exec("box", ExecSpec.of("cat").withStdin(), new Cancellation())) {
            session.stdin().write(ByteBuffer.wrap("input".getBytes(UTF_8)));
            session.stdin().finish();
            assertThat(readAll(session.stdout())).isEqualTo("still here");
            assertThat(seen.join()).isEqualTo("input");
        }
    }

    /** Trap 3: closing the connection kills nothing; a second command must, and before the connection ends. */
    @Test
    void trap3AbortKillsBeforeItClosesTheConnection() {
        CompletableFuture<Boolean> killedFirst = new CompletableFuture<>();
        api.onExec(call -> {
            call.pid();
            call.readToEnd();
            killedFirst.complete(api.requests().contains("GET /exec/killer/json"));
        });
        try (ExecSession session = runtime.exec("box", ExecSpec.of("psql").withStdin(), new Cancellation())) {
            session.stdin().write(ByteBuffer.wrap("BEGIN; DELETE".getBytes(UTF_8)));
            session.stdin().abort(new IOException("the source broke"));
            assertThat(killedFirst.join()).isTrue();
            assertThat(catchThrowable(session::await)).isInstanceOf(CodeBException.class);
        }
    }

    @Test
    void aClosedRuntimeEndsItsSessions() {
        beHasty();
        api.onExecState(RUNNING).onExec(call -> {
            call.pid();
            call.readToEnd();
        });
        ExecSession session = exec();
        runtime.close();
        assertThat(catchThrowable(session::await)).isInstanceOf(CodeBException.class);
        assertThatThrownBy(this::exec).isInstanceOf(IllegalStateException.class);
        assertThat(api.requests()).contains("POST /exec/killer/start");
    }
}
