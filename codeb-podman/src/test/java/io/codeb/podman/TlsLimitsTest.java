package io.codeb.podman;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A service behind TLS whose bytes come one by one: records of TLS are read whole, and must not be waited for so. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Execution(ExecutionMode.CONCURRENT)
class TlsLimitsTest {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch slow = new CountDownLatch(1);
    private TestCertificates certificates;
    private SSLContext context;
    private ServerSocket way;
    private String first = "";
    private String answer = "";

    @TempDir
    private Path directory;

    private interface Io {
        void run() throws IOException;
    }

    @BeforeEach
    void start() throws Exception {
        certificates = new TestCertificates();
        certificates.clientDirectory(directory);
        context = TlsFiles.read(directory);
        InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        SSLServerSocket service = (SSLServerSocket)
                certificates.server("127.0.0.1").getServerSocketFactory().createServerSocket(0, 5, here);
        way = new ServerSocket(0, 5, here);
        open.add(service);
        open.add(way);
        run(() -> serve(service));
        run(() -> {
            while (true) {
                Socket client = opened(way.accept());
                Socket server = opened(new Socket(here, service.getLocalPort()));
                run(() -> client.getInputStream().transferTo(server.getOutputStream()));
                run(() -> passOn(server.getInputStream(), client.getOutputStream()));
            }
        });
    }

    @AfterEach
    void stop() {
        over.countDown();
        open.forEach(Quietly::close);
    }

    private Socket opened(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        open.add(socket);
        return socket;
    }

    private static void run(Io work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // The test is over, or the caller has hung up.
                    }
                },
                "tls-limits");
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers the first byte that comes with a word, and the next ones with what the test has put there. */
    private void serve(SSLServerSocket service) throws IOException {
        while (true) {
            Socket client = opened(service.accept());
            run(() -> {
                if (client.getInputStream().read() >= 0) {
                    client.getOutputStream().write(first.getBytes(UTF_8));
                }
                if (client.getInputStream().read() >= 0) {
                    slow.countDown();
                    client.getOutputStream().write(answer.getBytes(UTF_8));
                    client.getInputStream().transferTo(OutputStream.nullOutputStream());
                }
            });
        }
    }

    /** At once, or byte by byte, as the test says. */
    private void passOn(InputStream in, OutputStream out) throws IOException {
        for (int b = in.read(); b >= 0; b = in.read()) {
            try {
                if (slow.getCount() == 0 && over.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            out.write(b);
        }
    }

    private ContainerRuntime runtime() {
        RuntimeConfig config = RuntimeConfig.of("docker")
                .withEndpoint(URI.create("tcp://127.0.0.1:" + way.getLocalPort()))
                .withTls(directory)
                .withCallLimit(PAUSE.multipliedBy(20));
        return new DockerRuntimeProvider().create(config.provided());
    }

    @Test
    void anAnswerWhoseRecordDripsIsGivenUp() {
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + " ".repeat(1_000);
        try (ContainerRuntime runtime = runtime()) {
            assertThatThrownBy(runtime::info)
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RUNTIME_UNAVAILABLE))
                    .hasMessageContaining("waited 2000 ms for the answer (GET /version)");
        }
    }

    @Test
    void aHandshakeThatDripsIsGivenUp() {
        slow.countDown();
        try (ContainerRuntime runtime = runtime()) {
            assertThatThrownBy(runtime::info)
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RUNTIME_UNAVAILABLE))
                    .hasMessageContaining("no container service answers");
        }
    }

    /** A session looks up from time to time while it waits, and must find the connection as it left it. */
    @Test
    void aRecordIsReadOnAfterADeadlineInTheMiddleOfIt() throws IOException {
        first = "?";
        answer = "a record";
        try (Wire wire =
                TlsWire.connect(context, "127.0.0.1", way.getLocalPort(), Deadline.in(Duration.ofSeconds(30)))) {
            // What belongs to the handshake, tickets among it, has passed when this is here.
            wire.write(ByteBuffer.wrap(new byte[1]), Deadline.in(Duration.ofSeconds(30)));
            assertThat(wire.read(ByteBuffer.allocate(1), Deadline.in(Duration.ofSeconds(30))))
                    .isEqualTo(1);
            wire.write(ByteBuffer.wrap(new byte[1]), Deadline.in(Duration.ofSeconds(30)));
            ByteBuffer got = ByteBuffer.allocate(100);
            int deadlines = 0;
            while (got.position() < answer.length()) {
                int n = wire.read(got, Deadline.in(PAUSE.dividedBy(2)));
                assertThat(n).isNotEqualTo(Wire.END);
                deadlines += n == 0 ? 1 : 0;
            }
            assertThat(UTF_8.decode(got.flip()).toString()).isEqualTo(answer);
            assertThat(deadlines).isGreaterThan(5);
        }
    }
}
