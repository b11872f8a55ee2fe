package io.codeb.podman;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A container service in this JVM, on a Unix socket, that misbehaves as a test says. What the test says nothing of
 * answers 404.
 */
final class FakeApi implements AutoCloseable {
    /** What a call of the hasty runtime may take: twenty of the pauses between two bytes. */
    static final Duration HASTY = Duration.ofSeconds(2);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final ServerSocketChannel server;
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String nonce = "";

    /** What one call answers. */
    interface Handler {
        void answer(Call call) throws IOException;
    }

    FakeApi() throws IOException {
        directory = Files.createTempDirectory("codeb-fake");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket()));
        Thread acceptor = new Thread(this::accept, "fake-api");
        acceptor.setDaemon(true);
        acceptor.start();
        on("POST /containers/box/exec", call -> {
            JsonNode body = JSON.readTree(call.body());
            boolean kill = !body.path("Cmd").path(3).asText().matches("[0-9a-f]{32}");
            if (!kill) {
                nonce = body.path("Cmd").path(3).asText();
            }
            call.json(201, "{\"Id\":\"" + (kill ? "killer" : "exec1") + "\"}");
        });
        on("POST /exec/killer/start", call -> call.upgrade());
        on("GET /exec/killer/json", call -> call.json(200, "{\"Running\":false,\"ExitCode\":0}"));
        on("GET /containers/box/json", call -> call.json(200, "{\"Id\":\"b0c5\",\"State\":{\"Status\":\"running\"}}"));
    }

    Path socket() {
        return directory.resolve("api.sock");
    }

    /** Method and path, without the query. */
    FakeApi on(String call, Handler handler) {
        handlers.put(call, handler);
        return this;
    }

    /** The streams of the one command, after the connection has been taken over. */
    FakeApi onExec(Handler handler) {
        return on("POST /exec/exec1/start", call -> {
            call.upgrade();
            handler.answer(call);
        });
    }

    /** What the API says of the one command. */
    FakeApi onExecState(String json) {
        return on("GET /exec/exec1/json", call -> call.json(200, json));
    }

    /** The calls so far, in order. */
    List<String> requests() {
        return requests;
    }

    /** As patient as everybody's: no limit is over on a busy machine. */
    ContainerRuntime runtime() {
        return runtime(ExecLimits.DEFAULT, Duration.ofSeconds(30));
    }

    /** One whose limits a test can wait for. */
    ContainerRuntime hasty() {
        ExecLimits limits = new ExecLimits(Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofSeconds(5));
        return runtime(limits, HASTY);
    }

    private ContainerRuntime runtime(ExecLimits limits, Duration ofACall) {
        RuntimeConfig config = RuntimeConfig.of("podman")
                .withEndpoint(URI.create("unix://" + socket()))
                .withCallLimit(ofACall);
        return Runtimes.open(config.provided(), new EndpointSearch(name -> null, 0), limits);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                connections.add(connection);
                Thread thread = new Thread(() -> serve(connection), "fake-api-connection");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // Closed: the test is over.
            connections.forEach(Quietly::close);
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            Call call = Call.read(this, connection);
            requests.add(call.line());
            Handler handler = handlers.get(call.line());
            if (handler == null) {
                call.json(404, "{\"message\":\"no such thing\"}");
            } else {
                handler.answer(call);
            }
        } catch (IOException e) {
            // The caller has hung up.
            connections.remove(connection);
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        connections.forEach(Quietly::close);
        Files.deleteIfExists(socket());
        Files.deleteIfExists(directory);
    }

    /** One request, and the way to answer it. */
    static final class Call {
        private final FakeApi api;
        private final SocketChannel connection;
        private final String line;
        private final byte[] body;

        private Call(FakeApi api, SocketChannel connection, String line, byte[] body) {
            this.api = api;
            this.connection = connection;
            this.line = line;
            this.body = body;
        }

        private static Call read(FakeApi api, SocketChannel connection) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            ByteBuffer one = ByteBuffer.allocate(1);
            while (!head.toString(UTF_8).endsWith("\r\n\r\n")) {
                if (connection.read(one.clear()) < 0) {
                    throw new IOException("hung up");
                }
                head.write(one.get(0));
            }
            String text = head.toString(UTF_8);
            ByteBuffer body = ByteBuffer.allocate(0);
            for (String header : text.split("\r\n", -1)) {
                if (header.startsWith("Content-Length: ")) {
                    body = ByteBuffer.allocate(Integer.parseInt(header.substring(16)));
                }
            }
            while (body.hasRemaining() && connection.read(body) >= 0) {
                // The body is small.
            }
            String line = text.substring(0, text.indexOf(" HTTP/")).replaceAll("\\?.*", "");
            return new Call(api, connection, line, body.array());
        }

        String line() {
            return line;
        }

        byte[] body() {
            return body;
        }

        void raw(byte[] bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                connection.write(buffer);
            }
        }

        /** Byte by byte, ten in a second. */
        void drip(byte[] bytes) throws IOException {
            for (byte each : bytes) {
                raw(new byte[] {each});
                pause();
            }
        }

        void drip(String text) throws IOException {
            drip(text.getBytes(UTF_8));
        }

        /** A tenth of a second, but not longer than the test. */
        void pause() throws IOException {
            try {
                if (api.closed.await(100, TimeUnit.MILLISECONDS)) {
                    throw new IOException("the test is over");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        /** Says and takes nothing any more. */
        void waitForTheEnd() throws IOException {
            while (true) {
                pause();
            }
        }

        /** Some of what the caller sends. */
        String readSome() throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            if (connection.read(buffer) < 0) {
                throw new IOException("hung up");
            }
            return ISO_8859_1.decode(buffer.flip()).toString();
        }

        void raw(String text) throws IOException {
            raw(text.getBytes(UTF_8));
        }

        void json(int status, String json) throws IOException {
            raw("HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: "
                    + json.getBytes(UTF_8).length + "\r\n\r\n" + json);
        }

        void upgrade() throws IOException {
            raw("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        }

        void frame(int stream, byte[] payload) throws IOException {
            raw(frameBytes(stream, payload));
        }

        void stdout(String text) throws IOException {
            frame(1, text.getBytes(UTF_8));
        }

        void stderr(String text) throws IOException {
            frame(2, text.getBytes(UTF_8));
        }

        /** The wrapper's first line. */
        void pid() throws IOException {
            stderr(api.nonce + " 4711\n");
        }

        /** The wrapper's last line. */
        void trailer(int status) throws IOException {
            stdout(api.nonce + " " + status + "\n");
        }

        String nonce() {
            return api.nonce;
        }

        /** Waits until the caller has closed its side, and answers what it sent. */
        byte[] readToEnd() throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (connection.read(buffer.clear()) >= 0) {
                all.write(buffer.array(), 0, buffer.position());
            }
            return all.toByteArray();
        }
    }

    static byte[] frameBytes(int stream, byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length)
                .putInt(stream << 24)
                .putInt(payload.length)
                .put(payload)
                .array();
    }
}
