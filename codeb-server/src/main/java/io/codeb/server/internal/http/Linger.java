package io.codeb.server.internal.http;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Lets an answer arrive that was given before the body had come whole. Who closes a connection while bytes still come
 * in may take away what was answered (RFC 9112, section 9.6): so what comes is read and thrown away for a while, and
 * takes no thread meanwhile.
 */
final class Linger implements Runnable {
    private static final long MOST_BYTES = 4 * 1024 * 1024;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Request request;
    private final Callback callback;
    private final long since = System.nanoTime();
    private long read;

    private Linger(Request request, Callback callback) {
        this.request = request;
        this.callback = callback;
    }

    /**
     * Makes a callback that completes another one when nobody can be cut off any more.
     *
     * @param request whose body may still come
     * @param callback told in the end
     * @return what an answer completes
     */
    static Callback before(Request request, Callback callback) {
        // Who asks first whether to send a body has not sent it.
        return request.getHeaders().contains(HttpHeader.EXPECT)
                ? callback
                : Callback.from(new Linger(request, callback), callback::failed);
    }

    @Override
    public void run() {
        for (Content.Chunk chunk = request.read(); !isEnough(chunk); chunk = request.read()) {
            if (chunk == null) {
                request.demand(this);
                return;
            }
        }
        callback.succeeded();
    }

    private boolean isEnough(Content.@Nullable Chunk chunk) {
        if (chunk == null) {
            return false;
        }
        read += chunk.remaining();
        chunk.release();
        return chunk.isLast()
                || Content.Chunk.isFailure(chunk)
                || read > MOST_BYTES
                || System.nanoTime() - since > MOST_NANOS;
    }
}
