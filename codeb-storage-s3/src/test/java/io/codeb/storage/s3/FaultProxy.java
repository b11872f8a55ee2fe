package io.codeb.storage.s3;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a store, and does to chosen requests what goes wrong on the way. All else it hands on,
 * one request for each connection. What a client signs is left as it is: the store still knows it.
 */
final class FaultProxy implements AutoCloseable {
    /** What a request asks of a store. */
    enum Operation {
        LIST,
        LIST_UPLOADS,
        LIST_PARTS,
        GET,
        HEAD,
        PUT,
        PART,
        INITIATE,
        COMPLETE,
        ABORT,
        DELETE;

        static Operation of(String method, String target) {
            String query = target.contains("?") ? "&" + target.substring(target.indexOf('?') + 1) : "";
            boolean upload = query.contains("&uploadId=");
            return switch (method) {
                case "HEAD" -> HEAD;
                case "PUT" -> upload ? PART : PUT;
                case "POST" -> upload ? COMPLETE : INITIATE;
                case "DELETE" -> upload ? ABORT : DELETE;
                default ->
                    upload
                            ? LIST_PARTS
                            : query.contains("&list-type=") ? LIST : query.contains("&uploads") ? LIST_UPLOADS : GET;
            };
        }
    }

    /** What happens to one request. */
    interface Fault {
        void befall(Exchange exchange) throws IOException;
    }

    private final URI store;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<Operation, Deque<Fault>> script = new EnumMap<>(Operation.class);
    private final Map<Operation, Fault> always = new EnumMap<>(Operation.class);
    private final Map<Operation, Integer> asked = new EnumMap<>(Operation.class);
    private volatile boolean closed;

    FaultProxy(URI store) {
        this(store, ServerSocketFactory.getDefault());
    }

    /** Speaks TLS where its sockets do. */
    FaultProxy(URI store, ServerSocketFactory sockets) {
        this.store = store;
        try {
            this.listening = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    /** Befalls the next requests of an operation, one fault each. */
    synchronized void next(Operation operation, Fault... faults) {
        script.computeIfAbsent(operation, none -> new ArrayDeque<>()).addAll(List.of(faults));
    }

    /** Befalls each request of an operation for which no other fault is left. */
    synchronized void always(Operation operation, Fault fault) {
        always.put(operation, fault);
    }

    /** The way is free. */
    synchronized void heal() {
        script.clear();
        always.clear();
    }

    /** How many requests there were. */
    synchronized int asked(Operation operation) {
        return asked.getOrDefault(operation, 0);
    }

    private synchronized Fault faultFor(Operation operation) {
        asked.merge(operation, 1, Integer::sum);
        Deque<Fault> scripted = script.get(operation);
        Fault fault = scripted == null ? null : scripted.poll();
        return fault == null ? always.getOrDefault(operation, Exchange::pass) : fault;
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listening.accept();
                open.add(client);
                start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            Exchange exchange = Exchange.read(client, store);
            if (exchange != null) {
                faultFor(exchange.operation()).befall(exchange);
            }
        } catch (IOException e) {
            // The client has gone, as clients do that do not wait any longer.
        } finally {
            open.remove(client);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listening.close();
        for (Socket each : open) {
            each.close();
        }
    }

    /** An answer: its status, its headers and its body. */
    static final class Answer {
        private final String status;
        private final List<String> headers;
        private final byte[] body;

        Answer(String status, List<String> headers, byte[] body) {
            this.status = status;
            this.headers = List.copyOf(headers);
            this.body = body;
        }

        static Answer of(String status, String contentType, String body) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            return new Answer(
                    status, List.of("Content-Type: " + contentType, "Content-Length: " + bytes.length), bytes);
        }

        Answer withStatus(String other) {
            return new Answer(other, headers, body);
        }

        Answer without(String header) {
            return new Answer(
                    status,
                    headers.stream().filter(each -> !isNamed(each, header)).toList(),
                    body);
        }

        Answer with(String header, String value) {
            List<String> changed = new ArrayList<>(without(header).headers);
            changed.add(header + ": " + value);
            return new Answer(status, changed, body);
        }

        Answer withBody(String other) {
            byte[] bytes = other.getBytes(StandardCharsets.UTF_8);
            return new Answer(status, headers, bytes).with("Content-Length", String.valueOf(bytes.length));
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        int length() {
            return body.length;
        }

        private static boolean isNamed(String line, String header) {
            return line.toLowerCase(Locale.ROOT).startsWith(header.toLowerCase(Locale.ROOT) + ":");
        }
    }

    /** A request, and the ways to answer it. */
    static final class Exchange {
        private final Socket client;
        private final URI store;
        private final String requestLine;
        private final List<String> headers;
        private final byte[] body;

        private Exchange(Socket client, URI store, List<String> head, byte[] body) {
            this.client = client;
            this.store = store;
            // To a forward proxy, a client says the whole address.
            this.requestLine = head.get(0).replaceFirst(" http://[^/? ]+/?", " /");
            this.headers = head.subList(1, head.size());
            this.body = body;
        }

        static @Nullable Exchange read(Socket client, URI store) throws IOException {
            InputStream in = new BufferedInputStream(client.getInputStream());
            List<String> head = readHead(in);
            if (head.isEmpty()) {
                return null;
            }
            int length = 0;
            for (String each : head) {
                if (Answer.isNamed(each, "Content-Length")) {
                    length = Integer.parseInt(
                            each.substring(each.indexOf(':') + 1).strip());
                }
                if (Answer.isNamed(each, "Expect")) {
                    client.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
            byte[] body = in.readNBytes(length);
            return body.length < length ? null : new Exchange(client, store, head, body);
        }

        private static List<String> readHead(InputStream in) throws IOException {
            List<String> lines = new ArrayList<>();
            for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
                lines.add(line);
            }
            return lines;
        }

        private static String readLine(InputStream in) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next != -1 && next != '\n'; next = in.read()) {
                if (next != '\r') {
                    line.write(next);
                }
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }

        Operation operation() {
            String[] words = requestLine.split(" ", 3);
            return Operation.of(words[0], words[1]);
        }

        /** The same request, with another value of a header. */
        Exchange with(String header, String value) {
            List<String> head = new ArrayList<>(List.of(requestLine));
            headers.stream().filter(each -> !Answer.isNamed(each, header)).forEach(head::add);
            head.add(header + ": " + value);
            return new Exchange(client, store, head, body);
        }

        /** The same request with another last byte. */
        Exchange changed() {
            byte[] other = body.clone();
            other[other.length - 1] ^= 1;
            List<String> head = new ArrayList<>(List.of(requestLine));
            head.addAll(headers);
            return new Exchange(client, store, head, other);
        }

        /** What a header says; empty where it is not there. */
        String header(String name) {
            return headers.stream()
                    .filter(each -> Answer.isNamed(each, name))
                    .map(each -> each.substring(each.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        }

        /** Nothing happens to it. */
        void pass() throws IOException {
            send(forward());
        }

        /** What the store answers, put together where it comes in chunks. */
        Answer forward() throws IOException {
            try (Socket socket = new Socket(store.getHost(), store.getPort())) {
                ByteArrayOutputStream request = new ByteArrayOutputStream();
                request.writeBytes(bytes(requestLine));
                headers.stream()
                        .filter(each -> !Answer.isNamed(each, "Expect") && !Answer.isNamed(each, "Connection"))
                        .forEach(each -> request.writeBytes(bytes(each)));
                request.writeBytes(bytes("Connection: close"));
                request.writeBytes(bytes(""));
                request.writeBytes(body);
                socket.getOutputStream().write(request.toByteArray());
                InputStream in = new BufferedInputStream(socket.getInputStream());
                List<String> head = readHead(in);
                String status = head.get(0).substring(head.get(0).indexOf(' ') + 1);
                boolean chunked = head.stream().anyMatch(each -> Answer.isNamed(each, "Transfer-Encoding"));
                boolean told = head.stream().anyMatch(each -> Answer.isNamed(each, "Content-Length"));
                byte[] content = chunked ? readChunks(in) : in.readAllBytes();
                Answer answer = new Answer(status, head.subList(1, head.size()), content).without("Transfer-Encoding");
                return told || status.startsWith("204") ? answer : answer.with("Content-Length", "" + answer.length());
            }
        }

        private static byte[] readChunks(InputStream in) throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (String size = readLine(in); !size.isEmpty(); size = readLine(in)) {
                byte[] chunk = in.readNBytes(Integer.parseInt(size.split(";", 2)[0].strip(), 16));
                all.writeBytes(chunk);
                String end = readLine(in);
                if (chunk.length == 0 && end.isEmpty()) {
                    break;
                }
            }
            return all.toByteArray();
        }

        private static byte[] bytes(String line) {
            return (line + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        }

        void send(Answer answer) throws IOException {
            send(answer, answer.body.length);
        }

        /** Sends an answer's head and so many bytes of its body. */
        void send(Answer answer, int count) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(bytes("HTTP/1.1 " + answer.status));
            answer.without("Connection").headers.forEach(each -> bytes.writeBytes(bytes(each)));
            bytes.writeBytes(bytes("Connection: close"));
            bytes.writeBytes(bytes(""));
            if (!requestLine.startsWith("HEAD")) {
                bytes.writeBytes(Arrays.copyOf(answer.body, count));
            }
            out().write(bytes.toByteArray());
            out().flush();
        }

        OutputStream out() throws IOException {
            return client.getOutputStream();
        }

        /** The client is told that the connection is broken, where an end would do as the end of an answer. */
        void reset() throws IOException {
            client.setSoLinger(true, 0);
            client.close();
        }

        /** Says nothing more, until the client does not wait any longer. */
        void stall() throws IOException {
            while (client.getInputStream().read() != -1) {
                // What it sends is of no interest.
            }
        }
    }
}
