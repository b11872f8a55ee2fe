package io.codeb.podman;

import io.codeb.model.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on a wire of their own (HTTP/1.1, RFC 9112): just what the API's calls need, with a limit
 * on everything that the peer decides. All of it has one deadline, whatever the peer does meanwhile, but for bodies
 * that are streams: those may take as long as they like, and the time starts anew with each byte of their content.
 */
final class HttpExchange implements AutoCloseable {
    private static final int MAX_HEAD = 64 * 1024;
    private static final int MAX_LINE = 8 * 1024;
    private static final int CONTINUE = 100;
    private static final int MAX_PLAIN_REFUSAL = 200;
    /** What a record of TLS begins with that says why the connection ends (RFC 8446, 5.1). */
    private static final byte TLS_ALERT = 21;

    private final Wire wire;
    private final ByteBuffer in = ByteBuffer.allocate(64 * 1024).flip();
    private final Cancellation.Registration registration;
    private @Nullable InputStream body;
    private Deadline deadline;
    /** Whether the body that goes one of the ways now is a stream. */
    private boolean streaming;

    private String call = "";
    private int status;
    private Map<String, String> headers = Map.of();

    /**
     * @param wire closed with the exchange, and when the cancellation is cancelled
     * @param deadline for everything up to the end of the answer, or the next byte of a stream
     */
    HttpExchange(Wire wire, Deadline deadline, Cancellation cancellation) {
        this.wire = wire;
        this.deadline = deadline;
        this.registration = cancellation.onCancel(wire::close);
    }

    /** Hands the connection over, with what came behind the head of the answer already. */
    ExecStream detach() {
        registration.close();
        return new ExecStream(wire, in);
    }

    /** Sends a request with a small body, or none, and reads the head of the answer. */
    void send(String method, String path, Map<String, String> extra, byte[] body) throws IOException {
        Map<String, String> head = new HashMap<>(extra);
        head.putIfAbsent("Connection", "close");
        head.put("Content-Length", Integer.toString(body.length));
        sendHead(method, path, head);
        writeAll(ByteBuffer.wrap(body));
        readAnswer();
    }

    /**
     * Sends a request whose body is a stream, and reads the head of the answer. The body is only asked for once the
     * peer has said that it wants it: an early refusal would otherwise be lost behind the body.
     */
    void sendStream(String method, String path, Map<String, String> extra, Body body) throws IOException {
        Map<String, String> head = new HashMap<>(extra);
        head.put("Connection", "close");
        head.put("Transfer-Encoding", "chunked");
        head.put("Expect", "100-continue");
        sendHead(method, path, head);
        readHead();
        if (status != CONTINUE) {
            return;
        }
        try {
            beginStream();
            body.writeTo(new ChunkedOutput());
            endStream();
            writeAll(ascii("0\r\n\r\n"));
        } catch (IOException e) {
            // Whoever takes no more has often said why.
            endStream();
            readAnswerAfter(e);
            return;
        }
        readAnswer();
    }

    /** Takes what comes next for a stream: only its silence has a limit. */
    void beginStream() {
        streaming = true;
    }

    /** Gives all that comes from here on one deadline again. */
    void endStream() {
        streaming = false;
        deadline = deadline.again();
    }

    int status() {
        return status;
    }

    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    Map<String, String> headers() {
        return headers;
    }

    /** The answer's body, whose end is proven: one that is cut throws {@link EOFException}. Always the same stream. */
    InputStream body() throws IOException {
        InputStream known = body;
        if (known == null) {
            known = openBody();
            body = known;
        }
        return known;
    }

    /** Reads the rest of the body, which must not be longer than that. */
    void drain(long limitBytes) throws IOException {
        BoundedInput rest = new BoundedInput(body(), limitBytes);
        byte[] ignored = new byte[8 * 1024];
        while (rest.read(ignored, 0, ignored.length) != -1) {
            // Only its end is of interest.
        }
    }

    private InputStream openBody() throws IOException {
        if (status == 204 || status == 304) {
            return InputStream.nullInputStream();
        }
        if (header("transfer-encoding").toLowerCase(Locale.ROOT).endsWith("chunked")) {
            return new ChunkedInput();
        }
        String length = header("content-length");
        if (!length.isEmpty()) {
            return new SizedInput(number(length, 10));
        }
        if (status == 400 && readToEnd(MAX_PLAIN_REFUSAL).contains("HTTPS server")) {
            throw new TlsWantedException();
        }
        throw new ProtocolException("an answer without a length");
    }

    /** Nothing says how long it is: whatever comes until the peer closes, or is silent. */
    private String readToEnd(int limitBytes) {
        StringBuilder text = new StringBuilder();
        try {
            while (text.length() < limitBytes) {
                require();
                text.append((char) (in.get() & 0xff));
            }
        } catch (IOException e) {
            // Its end.
        }
        return text.toString();
    }

    @Override
    public void close() {
        registration.close();
        wire.close();
    }

    private void sendHead(String method, String path, Map<String, String> head) throws IOException {
        // What is behind the path may say what messages should not.
        call = method + " " + path.replaceFirst("\\?.*", "");
        StringBuilder text = new StringBuilder(256);
        text.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: codeb\r\n");
        head.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        writeAll(ascii(text.append("\r\n").toString()));
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int before = bytes.remaining();
            if (streaming) {
                deadline = deadline.again();
            }
            wire.write(bytes, deadline);
            if (bytes.hasRemaining() && (!streaming || bytes.remaining() == before)) {
                throw tooLong(streaming ? "more of what is sent to be taken" : "the request to be taken");
            }
        }
    }

    private SocketTimeoutException tooLong(String awaited) {
        return new SocketTimeoutException("waited " + deadline.millis() + " ms for " + awaited + " (" + call + ")");
    }

    private void readAnswer() throws IOException {
        do {
            readHead();
        } while (status == CONTINUE);
    }

    private void readAnswerAfter(IOException broken) throws IOException {
        try {
            readAnswer();
        } catch (IOException e) {
            broken.addSuppressed(e);
            throw broken;
        }
    }

    private void readHead() throws IOException {
        require();
        if (in.get(in.position()) == TLS_ALERT) {
            throw new TlsWantedException();
        }
        String statusLine = readLine();
        if (!statusLine.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw new ProtocolException("the answer is not HTTP");
        }
        status = Integer.parseInt(statusLine.substring(9, 12));
        Map<String, String> read = new HashMap<>();
        int size = statusLine.length();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            size += line.length();
            int colon = line.indexOf(':');
            if (colon <= 0 || size > MAX_HEAD) {
                throw new ProtocolException("the head of the answer is not as HTTP wants it");
            }
            read.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        headers = read;
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            require();
            byte b = in.get();
            if (b == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            if (line.size() == MAX_LINE) {
                throw new ProtocolException("a line of the answer is too long");
            }
            line.write(b);
        }
    }

    /** Makes sure that at least one byte is in the buffer. */
    private void require() throws IOException {
        if (in.hasRemaining()) {
            return;
        }
        in.clear();
        int n;
        try {
            n = wire.read(in, deadline);
        } finally {
            in.flip();
        }
        if (n == Wire.END) {
            throw new EOFException("the API closed the connection half-way");
        }
        if (n == 0) {
            throw tooLong(streaming ? "more of the answer" : body == null ? "the answer" : "all of the answer");
        }
    }

    private static long number(String text, int radix) throws ProtocolException {
        if (!text.matches(radix == 16 ? "[0-9a-fA-F]{1,15}" : "[0-9]{1,18}")) {
            throw new ProtocolException("a length that is no number");
        }
        return Long.parseLong(text, radix);
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The peer speaks TLS: most say so in plain HTTP when it is spoken to them, the others in TLS. */
    static final class TlsWantedException extends ProtocolException {
        private static final long serialVersionUID = 1;

        TlsWantedException() {
            super("it speaks TLS, and was spoken to in plain HTTP");
        }
    }

    /** Writes the body of a request. */
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Chunks of whatever size they are written in: the caller buffers. */
    private final class ChunkedOutput extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                writeAll(ascii(Integer.toHexString(length) + "\r\n"));
                writeAll(ByteBuffer.wrap(bytes, offset, length));
                writeAll(ascii("\r\n"));
            }
        }
    }

    private abstract class BodyInput extends InputStream {
        /** How many bytes follow until the next length, or -1 at the end. */
        abstract long available(long left) throws IOException;

        private long left;

        BodyInput(long left) {
            this.left = left;
        }

        @Override
        public final int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) == -1 ? -1 : one[0] & 0xff;
        }

        @Override
        public final int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            if (streaming) {
                // Not with each byte that is read: what frames the content is none.
                deadline = deadline.again();
            }
            left = available(left);
            if (left < 0) {
                return -1;
            }
            require();
            int n = (int) Math.min(Math.min(length, in.remaining()), left);
            in.get(bytes, offset, n);
            left -= n;
            return n;
        }

        @Override
        public final void close() {
            HttpExchange.this.close();
        }
    }

    private final class SizedInput extends BodyInput {
        SizedInput(long size) {
            super(size);
        }

        @Override
        long available(long left) {
            return left == 0 ? -1 : left;
        }
    }

    private final class ChunkedInput extends BodyInput {
        private boolean first = true;

        ChunkedInput() {
            super(0);
        }

        @Override
        long available(long left) throws IOException {
            if (left != 0) {
                return left;
            }
            if (!first && !readLine().isEmpty()) {
                throw new ProtocolException("a chunk does not end where it should");
            }
            first = false;
            String line = readLine();
            int extension = line.indexOf(';');
            long size = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
            if (size > 0) {
                return size;
            }
            for (int trailers = 0; !readLine().isEmpty(); trailers++) {
                if (trailers == 100) {
                    throw new ProtocolException("too many trailers");
                }
            }
            return -1;
        }
    }
}
