package io.codeb.internal.io;

import io.codeb.error.CancelledException;
import io.codeb.spi.io.ByteSource;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a source on a thread of its own, by a {@link BufferRing} ahead of its reader: what it takes to read, to prove
 * and to decode the bytes goes on while the reader is at work with earlier ones. The end and a failure come behind all
 * the bytes that were read before them, as without it.
 *
 * <p>The thread starts with the first read. It ends with the source, or with {@link #close}, which closes the source
 * and waits for the thread; closing the source ends a read that is blocked, as {@link ByteSource} says. A stream of the
 * caller's may not do so: then the thread, a daemon, ends when that read does.
 */
public final class ReadAheadSource implements ByteSource {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAheadSource.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ByteSource upstream;
    private final String name;
    private final BufferRing ring = new BufferRing();
    private final OwnThread thread = new OwnThread("read-ahead", this::work);
    private @Nullable ByteBuffer current;

    /**
     * Makes the source.
     *
     * @param upstream where the bytes come from; owned by this source from here on
     * @param name names the bytes in messages
     */
    public ReadAheadSource(ByteSource upstream, String name) {
        this.upstream = upstream;
        this.name = name;
    }

    @Override
    public int read(ByteBuffer dst) {
        if (!dst.hasRemaining()) {
            throw new IllegalArgumentException("no room to read into");
        }
        ByteBuffer bytes = next();
        if (bytes == null) {
            return END;
        }
        int count = Math.min(bytes.remaining(), dst.remaining());
        dst.put(bytes.slice(bytes.position(), count));
        bytes.position(bytes.position() + count);
        if (!bytes.hasRemaining()) {
            current = null;
            ring.taken();
        }
        return count;
    }

    private @Nullable ByteBuffer next() {
        if (current == null) {
            thread.start();
            try {
                current = ring.toTake();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancelledException("the thread that reads " + name + " was interrupted");
            }
            if (current == null && !ring.isDone()) {
                throw ended();
            }
        }
        return current;
    }

    /** The failure as it was thrown: its kind and its code are what the reader acts by. */
    private RuntimeException ended() {
        Throwable failure = ring.failure();
        if (failure instanceof RuntimeException known) {
            return known;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("the source is closed", failure);
    }

    private void work() {
        try {
            for (ByteBuffer room = ring.toFill(); room != null; room = ring.toFill()) {
                if (upstream.read(room) == END) {
                    ring.complete();
                } else {
                    ring.filled();
                }
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            ring.fail(e);
        }
    }

    @Override
    public void close() {
        ring.close();
        upstream.close();
        if (!thread.await(PATIENCE)) {
            LOG.warn("{} is closed and its reader still waits in a read; it ends with that", name);
        }
    }
}
