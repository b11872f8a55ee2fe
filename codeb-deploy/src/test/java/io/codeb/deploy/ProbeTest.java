package io.codeb.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ProbeTest {
    private final CodeB codeb = CodeB.builder()
            .storage(new InMemoryStorageProvider())
            .repository(BackupRepository.at("memory:x"))
            .build();
    private final Cancellation cancellation = new Cancellation();
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            String path = exchange.getRequestURI().getPath().substring(1);
            int status = path.equals("late") ? (asked.get() < 3 ? 503 : 200) : Integer.parseInt(path);
            if (status == 302) {
                exchange.getResponseHeaders().set("Location", "/200");
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
        codeb.close();
    }

    private ThrowingCallable asking(Probe probe) {
        return asking(probe, Duration.ofSeconds(30));
    }

    private ThrowingCallable asking(Probe probe, Duration limit) {
        return () -> probe.run(new DeployTarget(codeb, Project.postgresql("shop"), "run-1", limit, cancellation));
    }

    private Probe http(String path) {
        return Probe.http(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + path));
    }

    private static void failed(CodeBException failure) {
        assertThat(failure.code()).isEqualTo(ErrorCode.PROBE_FAILED);
    }

    @Test
    void aPageThatIsThereIsGood() {
        assertThatCode(asking(http("200"))).doesNotThrowAnyException();
        assertThatCode(asking(http("204"))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", "404", "302"})
    void anyOtherAnswerIsNot(String status) {
        assertThatThrownBy(asking(http(status)))
                .isInstanceOfSatisfying(CodeBException.class, ProbeTest::failed)
                .hasMessageContaining(status);
        assertThat(asked).hasValue(1);
    }

    @Test
    void whoAnswersNothingIsNotWaitedForForEver() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Probe probe = Probe.http(URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/"));
            assertThatThrownBy(asking(probe, Duration.ofSeconds(1)))
                    .isInstanceOfSatisfying(CodeBException.class, ProbeTest::failed);
        }
    }

    @Test
    void whoHasPatienceAsksAgain() {
        assertThatCode(asking(http("late").within(Duration.ofSeconds(30)))).doesNotThrowAnyException();
        assertThat(asked).hasValue(3);
    }

    @Test
    void patienceHasAnEndAndTellsTheLastAnswer() {
        assertThatCode(asking(http("200"))).doesNotThrowAnyException();
        assertThatThrownBy(asking(http("500").within(Duration.ofSeconds(3))))
                .isInstanceOfSatisfying(CodeBException.class, ProbeTest::failed)
                .hasMessageContaining("500");
        assertThat(asked.get()).isGreaterThan(2);
    }

    @Test
    void whoIsCancelledAsksNoMore() {
        cancellation.cancel("enough");
        assertThatThrownBy(asking(http("500").within(Duration.ofMinutes(10)))).isInstanceOf(CancelledException.class);
    }

    @Test
    void aPortThatListensIsGoodAndAnotherIsNot() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
            assertThatCode(asking(Probe.tcp("127.0.0.1", free))).doesNotThrowAnyException();
        }
        assertThatThrownBy(asking(Probe.tcp("127.0.0.1", free)))
                .isInstanceOfSatisfying(CodeBException.class, ProbeTest::failed);
    }

    /** As the proxy of a container's ports does when nobody listens behind it. */
    @Test
    void aPortWhereEachConnectionIsEndedAtOnceIsNotGood() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> ending = CompletableFuture.runAsync(() -> {
                try {
                    proxy.accept().close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThatThrownBy(asking(Probe.tcp("127.0.0.1", proxy.getLocalPort())))
                    .isInstanceOfSatisfying(CodeBException.class, ProbeTest::failed)
                    .hasMessageContaining("ended at once");
            ending.get();
        }
    }

    @Test
    void aCommandIsGoodByItsStatus() {
        assertThatCode(asking(Probe.command(DeployCommand.onHost("true")))).doesNotThrowAnyException();
        assertThatThrownBy(asking(Probe.command(DeployCommand.onHost("sh", "-c", "echo because; exit 3"))))
                .isInstanceOfSatisfying(CodeBException.class, ProbeTest::failed)
                .hasMessageContaining("status 3: because");
    }

    @Test
    void aCommandThatHangsIsEndedAndIsNotWhatSomebodyHasCancelled() {
        assertThatThrownBy(asking(
                        Probe.command(DeployCommand.onHost("sleep", "61235")).within(Duration.ofSeconds(1))))
                .isInstanceOfSatisfying(CodeBException.class, ProbeTest::failed)
                .hasMessageContaining("not done within");
        while (ProcessHandle.allProcesses()
                .anyMatch(each -> each.info().commandLine().orElse("").endsWith("sleep 61235"))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aProbeHasTheTimeThatItIsGiven() {
        Probe probe = Probe.command(DeployCommand.onHost("sleep", "61236")).limit(Duration.ofMillis(300));
        assertThat(probe.name()).isEqualTo("command sleep on this host");
        assertThatThrownBy(asking(probe))
                .isInstanceOfSatisfying(CodeBException.class, ProbeTest::failed)
                .hasMessageContaining("not done within 300 ms");
        assertThatThrownBy(() -> probe.limit(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSecretThatACommandSaysIsNotTold() {
        DeployCommand command = DeployCommand.onHost("sh", "-c", "echo \"at $URL\"; echo \"no $URL\" >&2; exit 1")
                .secret("URL", Secret.of("canary://x"));
        assertThatThrownBy(asking(Probe.command(command)))
                .hasMessageContaining("at ***")
                .hasMessageContaining("no ***")
                .satisfies(failure -> assertThat(failure.toString()).doesNotContain("canary"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/", "/path", "http:///x"})
    void whatIsNoPageIsRefusedAtOnce(String uri) {
        URI address = URI.create(uri);
        assertThatThrownBy(() -> Probe.http(address)).isInstanceOf(IllegalArgumentException.class);
    }
}
