package io.codeb.server.internal.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * A file that is made while it is sent. When it is whole the last chunk says so, and trailers have its digest; when
 * anything fails there is no last chunk, so that nobody takes a part for the whole. Nothing is sent before its first
 * bytes are there: what fails before is a problem like any other.
 */
public final class Download implements Answer {
    private static final int BUFFER = 64 << 10;
    private static final long LEAST_PER_SECOND = 1_024;
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final String type;
    private final String file;
    private final Body content;
    private final LongSupplier nanos;

    /** Writes a file. */
    @FunctionalInterface
    public interface Body {
        /**
         * Writes all of it.
         *
         * @param out takes the bytes; where nobody reads them any more, it throws
         * @return what is known of it then: trailers by name
         * @throws Exception when it is not whole
         */
        Map<String, String> write(OutputStream out) throws Exception;
    }

    /**
     * Makes the answer.
     *
     * @param type media type
     * @param file the name that it is kept under
     * @param content writes it
     * @param nanos tells how long who reads it is waited for
     */
    public Download(String type, String file, Body content, LongSupplier nanos) {
        this.type = type;
        this.file = file;
        this.content = content;
        this.nanos = nanos;
    }

    @Override
    public void write(Request request, Response response, Callback callback) throws Exception {
        if (request.getConnectionMetaData().getHttpVersion().compareTo(HttpVersion.HTTP_1_1) < 0) {
            throw Refusal.REQUEST_INVALID.because("http-old");
        }
        MessageDigest digest = sha256();
        HttpFields.Mutable trailers = HttpFields.build();
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put("Content-Disposition", "attachment; filename=\"" + file + "\"");
        response.getHeaders().put("Trailer", "Content-Digest, CodeB-Rows");
        response.setTrailersSupplier(() -> trailers);
        Sent sent =
                new Sent(Content.Sink.asOutputStream(response), digest, new Pace(LEAST_PER_SECOND, GRACE_NANOS, nanos));
        content.write(sent).forEach(trailers::put);
        sent.flushLast();
        trailers.put("Content-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(digest.digest()) + ":");
        response.write(true, java.nio.ByteBuffer.allocate(0), callback);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JVM has SHA-256", e);
        }
    }

    /** Collects small writes, digests what goes out, and gives up on who does not read. */
    private static final class Sent extends FilterOutputStream {
        private final MessageDigest digest;
        private final Pace pace;
        private final byte[] buffer = new byte[BUFFER];
        private int filled;

        Sent(OutputStream out, MessageDigest digest, Pace pace) {
            super(out);
            this.digest = digest;
            this.pace = pace;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                int count = Math.min(buffer.length - filled, length - done);
                System.arraycopy(bytes, offset + done, buffer, filled, count);
                filled += count;
                done += count;
                if (filled == buffer.length) {
                    send();
                }
            }
        }

        private void send() throws IOException {
            digest.update(buffer, 0, filled);
            long since = pace.now();
            out.write(buffer, 0, filled);
            boolean tooSlow = pace.isTooSlow(since, filled);
            filled = 0;
            if (tooSlow) {
                throw new IOException("who reads the answer is too slow");
            }
        }

        /** Whoever writes may flush as he likes: what is not whole may still fail as a problem. */
        @Override
        public void flush() {}

        void flushLast() throws IOException {
            if (filled > 0) {
                send();
            }
        }

        @Override
        public void close() {}
    }
}
