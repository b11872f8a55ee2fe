package io.codeb.podman;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FileSpec;
import io.codeb.spi.runtime.ImageSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls to a service that is never silent for as long as one may take, and never done either: one byte comes each tenth
 * of a second, and a call may take two seconds.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Execution(ExecutionMode.CONCURRENT)
class CallLimitsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String LONG = "x".repeat(1_000);
    private static final FileSpec FOUR_MEGABYTES = FileSpec.ofSize(4 << 20);

    private FakeApi api;
    private ContainerRuntime runtime;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        runtime = api.hasty();
    }

    @AfterEach
    void stop() throws IOException {
        runtime.close();
        api.close();
    }

    private enum Anywhere {
        STATUS_LINE("", "HTTP/1.1 200 " + LONG),
        HEADERS(OK, "X: " + LONG),
        GO_AHEADS("", "HTTP/1.1 100 Continue\r\n\r\n".repeat(100)),
        BODY(OK + "Content-Length: 1000\r\n\r\n", " ".repeat(1_000)),
        CHUNK(CHUNKED + "200\r\n", " ".repeat(512)),
        CHUNKS(CHUNKED, "1\r\n \r\n".repeat(100)),
        CHUNK_LENGTH(CHUNKED, "1;" + LONG),
        TRAILERS(CHUNKED + "2\r\n{}\r\n0\r\n", "X: " + LONG);

        private final String atOnce;
        private final String dripped;

        Anywhere(String atOnce, String dripped) {
            this.atOnce = atOnce;
            this.dripped = dripped;
        }

        void answer(FakeApi.Call call) throws IOException {
            call.raw(atOnce);
            call.drip(dripped);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatDripsIsGivenUp(Anywhere where) {
        api.on("GET /images/i/json", where::answer);
        assertThatThrownBy(() -> manager().imageId("i"))
                .satisfies(code(ErrorCode.RUNTIME_UNAVAILABLE))
                .hasMessageContaining("waited 2000 ms for ")
                .hasMessageContaining("the answer (GET /images/i/json)");
    }

    static Stream<Arguments> calls() {
        return Stream.of(
                call("GET /version", test -> test.runtime.info()),
                call("GET /containers/box/json", test -> test.runtime.inspect("box")),
                call("POST /containers/box/exec", CallLimitsTest::exec),
                call("POST /exec/exec1/start", CallLimitsTest::exec),
                call("POST /exec/killer/start", test -> test.runtime.endRun("box", "run-1")),
                call("GET /containers/box/archive", CallLimitsTest::readFile),
                call("HEAD /containers/box/archive", test -> test.writeFile(FileSpec.ofSize(0))),
                call("POST /containers/create", test -> test.manager().run(ContainerSpec.of("i"), new Cancellation())),
                call("POST /containers/box/start", test -> test.manager().start("box")),
                call("POST /containers/box/stop", test -> test.manager().stop("box", Duration.ZERO)),
                call("DELETE /containers/box", test -> test.manager().remove("box")),
                call("GET /containers/json", test -> test.manager().find(Map.of("a", "b"))),
                call("GET /containers/box/logs", test -> test.manager().logs("box", 10)),
                call("GET /volumes/v", test -> test.manager().createVolume("v", Map.of())));
    }

    private static Arguments call(String request, Consumer<CallLimitsTest> action) {
        return Arguments.of(request, action);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void noCallIsHeldUpByAnAnswerThatDrips(String request, Consumer<CallLimitsTest> action) {
        api.on(request, Anywhere.HEADERS::answer);
        assertThatThrownBy(() -> action.accept(this))
                .isInstanceOf(CodeBException.class)
                .hasMessageContaining("waited 2000 ms for the answer (" + request + ")");
    }

    /** The status of a command, which is asked by docker-java's own reader. */
    @Test
    void anEndThatTheServiceNeverSaysWholeIsNoEnd() {
        api.on("GET /exec/exec1/json", Anywhere.BODY::answer).onExec(call -> {
            call.pid();
            call.trailer(0);
        });
        try (ExecSession session = exec()) {
            assertThatThrownBy(session::await)
                    .satisfies(code(ErrorCode.EXEC_LOST))
                    .hasMessageContaining("waited 2000 ms for all of the answer (GET /exec/exec1/json)");
        }
    }

    @Test
    void logsThatDripAreGivenUp() {
        api.on("GET /containers/box/logs", call -> {
            call.raw(CHUNKED);
            for (int i = 0; i < 1_000; i++) {
                call.raw("9\r\n");
                call.raw(FakeApi.frameBytes(1, ".".getBytes(UTF_8)));
                call.raw("\r\n");
                call.pause();
            }
        });
        assertThatThrownBy(() -> manager().logs("box", 10))
                .hasMessageContaining("waited 2000 ms for all of the answer");
    }

    @Test
    void aLookIsOnlyTakenAgainInTheTimeOfOneCall() {
        api.on("GET /containers/box/json", call -> {
            for (int i = 0; i < 12; i++) {
                call.pause();
            }
            call.json(500, "{\"message\":\"read /proc/7/cgroup: no such process\"}");
        });
        assertThatThrownBy(() -> runtime.inspect("box")).satisfies(code(ErrorCode.RUNTIME_UNAVAILABLE));
        // The second answer cannot come in what is left of the time; on a busy machine not even the first one does.
        assertThat(api.requests()).hasSizeBetween(1, 2);
    }

    @Test
    void whatSomethingIsWaitedForDoesNotTellItsArguments() {
        api.on("POST /build", Anywhere.HEADERS::answer);
        ImageSpec spec = ImageSpec.of("i").withArgument("KEY", "canary").withLimit(Duration.ofMillis(1));
        assertThatThrownBy(() -> manager().build(spec, nothing(), line -> {}, new Cancellation()))
                .hasMessageContaining("waited 2001 ms for the answer (POST /build)")
                .hasMessageNotContaining("canary");
    }

    // Streams.

    @Test
    void aFileMayTakeLongerThanACall() throws IOException {
        byte[] tar = tar(2_000);
        api.on("GET /containers/box/archive", call -> {
            call.raw(OK + "Content-Length: " + tar.length + "\r\n\r\n");
            call.raw(Arrays.copyOf(tar, 1_500));
            call.drip(Arrays.copyOfRange(tar, 1_500, 1_530));
            call.raw(Arrays.copyOfRange(tar, 1_530, tar.length));
        });
        assertThat(readFile()).isEqualTo(2_000);
    }

    @Test
    void aFileWhoseContentStopsIsLost() throws IOException {
        byte[] tar = tar(2_000);
        api.on("GET /containers/box/archive", call -> {
            call.raw(OK + "Content-Length: " + tar.length + "\r\n\r\n");
            call.raw(Arrays.copyOf(tar, 1_500));
            call.readToEnd();
        });
        assertThatThrownBy(this::readFile)
                .satisfies(code(ErrorCode.EXEC_LOST))
                .hasMessageContaining("waited 2000 ms for more of the answer (GET /containers/box/archive)");
    }

    @Test
    void aFileWithoutContentInWhatComesIsLost() throws IOException {
        byte[] tar = tar(2_000);
        api.on("GET /containers/box/archive", call -> {
            call.raw(CHUNKED + Integer.toHexString(1_500) + "\r\n");
            call.raw(Arrays.copyOf(tar, 1_500));
            call.raw("\r\n");
            call.drip("1;" + LONG);
        });
        assertThatThrownBy(this::readFile)
                .satisfies(code(ErrorCode.EXEC_LOST))
                .hasMessageContaining("waited 2000 ms for more of the answer");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 512 + 2_000})
    void whatAnArchiveHasAroundItsFileMayNotDrip(int from) throws IOException {
        byte[] tar = tar(2_000);
        api.on("GET /containers/box/archive", call -> {
            call.raw(OK + "Content-Length: " + tar.length + "\r\n\r\n");
            call.raw(Arrays.copyOf(tar, from));
            call.drip(Arrays.copyOfRange(tar, from, tar.length));
        });
        assertThatThrownBy(this::readFile)
                .isInstanceOf(CodeBException.class)
                .hasMessageContaining("waited 2000 ms for all of the answer (GET /containers/box/archive)");
    }

    @Test
    void aFileThatIsTakenSlowlyIsWritten() {
        onStat();
        api.on("PUT /containers/box/archive", call -> {
            call.raw("HTTP/1.1 100 Continue\r\n\r\n");
            for (int i = 0; i < 30; i++) {
                assertThat(call.readSome()).isNotEmpty();
                call.pause();
            }
            while (!call.readSome().endsWith("0\r\n\r\n")) {
                // The rest goes at once.
            }
            call.json(200, "");
        });
        writeFile(FOUR_MEGABYTES);
    }

    @Test
    void aFileThatIsNotTakenIsNotWritten() {
        onStat();
        api.on("PUT /containers/box/archive", call -> {
            call.raw("HTTP/1.1 100 Continue\r\n\r\n");
            call.waitForTheEnd();
        });
        assertThatThrownBy(() -> writeFile(FOUR_MEGABYTES))
                .satisfies(code(ErrorCode.CONTAINER_FILE_FAILED))
                .hasMessageContaining(
                        "waited 2000 ms for more of what is sent to be taken (PUT /containers/box/archive)");
    }

    @Test
    void anAnswerToAFileThatDripsIsGivenUp() {
        onStat();
        api.on("PUT /containers/box/archive", call -> {
            call.raw("HTTP/1.1 100 Continue\r\n\r\n");
            Anywhere.HEADERS.answer(call);
        });
        assertThatThrownBy(() -> writeFile(FileSpec.ofSize(10)))
                .satisfies(code(ErrorCode.CONTAINER_FILE_FAILED))
                .hasMessageContaining("waited 2000 ms for the answer (PUT /containers/box/archive)");
    }

    @Test
    void aBuildMayTakeLongerThanItMaySayNothing() {
        api.on("GET /images/i/json", call -> call.json(200, "{\"Id\":\"sha256:1\"}"));
        api.on("POST /build", call -> {
            call.raw("HTTP/1.1 100 Continue\r\n\r\n" + CHUNKED);
            for (int i = 0; i < 30; i++) {
                call.raw("2\r\n{}\r\n");
                call.pause();
            }
            call.raw("0\r\n\r\n");
        });
        assertThat(manager()
                        .build(
                                ImageSpec.of("i").withLimit(Duration.ofMillis(1)),
                                nothing(),
                                line -> {},
                                new Cancellation()))
                .isEqualTo("sha256:1");
    }

    @Test
    void aBuildThatSaysNothingIsGivenUp() {
        api.on("POST /build", call -> {
            call.raw("HTTP/1.1 100 Continue\r\n\r\n" + CHUNKED + "2\r\n{}\r\n");
            call.readToEnd();
        });
        ImageSpec spec = ImageSpec.of("i").withLimit(Duration.ofMillis(1));
        assertThatThrownBy(() -> manager().build(spec, nothing(), line -> {}, new Cancellation()))
                .satisfies(code(ErrorCode.RUNTIME_UNAVAILABLE))
                .hasMessageContaining("waited 2001 ms for more of the answer (POST /build)");
    }

    private ContainerManager manager() {
        return runtime.manager().orElseThrow();
    }

    private ExecSession exec() {
        return runtime.exec("box", ExecSpec.of("pg_dump"), new Cancellation());
    }

    private long readFile() {
        try (ByteSource source = runtime.readFile("box", "/data/file", new Cancellation())) {
            ByteBuffer buffer = ByteBuffer.allocate(300);
            long total = 0;
            while (source.read(buffer.clear()) != ByteSource.END) {
                total += buffer.position();
            }
            return total;
        }
    }

    private void writeFile(FileSpec file) {
        runtime.writeFile("box", "/data/file", file, zeros(file.size()), new Cancellation());
    }

    /** A directory, and what is to be written as if it were there. */
    private void onStat() {
        api.on("HEAD /containers/box/archive", call -> {
            boolean directory = api.requests().stream().noneMatch(line -> line.startsWith("PUT"));
            String stat = directory ? "{\"mode\":2147484141}" : "{\"mode\":420,\"size\":" + FOUR_MEGABYTES.size() + "}";
            call.raw(OK + "X-Docker-Container-Path-Stat: " + Base64.getEncoder().encodeToString(stat.getBytes(UTF_8))
                    + "\r\n\r\n");
        });
    }

    private static ByteSource nothing() {
        return zeros(0);
    }

    private static ByteSource zeros(long size) {
        return new ByteSource() {
            private long left = size;

            @Override
            public int read(ByteBuffer dst) {
                int n = (int) Math.min(left, dst.remaining());
                dst.put(new byte[n]);
                left -= n;
                return n == 0 ? END : n;
            }

            @Override
            public void close() {}
        };
    }

    private static byte[] tar(int size) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            TarArchiveEntry entry = new TarArchiveEntry("file", true);
            entry.setSize(size);
            tar.putArchiveEntry(entry);
            tar.write(new byte[size]);
            tar.closeArchiveEntry();
        }
        return out.toByteArray();
    }

    private static Consumer<Throwable> code(ErrorCode code) {
        return e -> assertThat(((CodeBException) e).code()).as(e.toString()).isEqualTo(code);
    }
}
