package io.codeb.tck.io;

import io.codeb.spi.io.ByteSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A source over bytes in memory that answers them in pieces of a chosen size, and fails at the end when told to. */
public final class BytesSource implements ByteSource {
    private final ByteBuffer content;
    private final int chunk;
    private final @Nullable RuntimeException failure;
    private volatile boolean closed;

    private BytesSource(byte[] content, int chunk, @Nullable RuntimeException failure) {
        this.content = ByteBuffer.wrap(content);
        this.chunk = chunk;
        this.failure = failure;
    }

    /**
     * Makes a source.
     *
     * @param content what it answers, before its end
     * @return the source
     */
    public static BytesSource of(byte[] content) {
        return new BytesSource(content, Integer.MAX_VALUE, null);
    }

    /**
     * Limits what one read answers.
     *
     * @param bytes at least 1
     * @return a source over the rest
     */
    public BytesSource inChunksOf(int bytes) {
        return new BytesSource(rest(), bytes, failure);
    }

    /**
     * Fails where the end would be.
     *
     * @param instead what to throw
     * @return a source over the rest
     */
    public BytesSource thenFailing(RuntimeException instead) {
        return new BytesSource(rest(), chunk, instead);
    }

    private byte[] rest() {
        byte[] rest = new byte[content.remaining()];
        content.duplicate().get(rest);
        return rest;
    }

    @Override
    public int read(ByteBuffer dst) {
        if (closed) {
            throw new IllegalStateException("the source is closed");
        }
        if (!dst.hasRemaining()) {
            throw new IllegalArgumentException("no room to read into");
        }
        if (!content.hasRemaining()) {
            if (failure != null) {
                throw failure;
            }
            return END;
        }
        int count = Math.min(chunk, Math.min(dst.remaining(), content.remaining()));
        dst.put(content.slice(content.position(), count));
        content.position(content.position() + count);
        return count;
    }

    @Override
    public void close() {
        closed = true;
    }

    /**
     * Whether it was closed.
     *
     * @return true after {@link #close()}
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Reads a source to its proven end.
     *
     * @param source what to read; stays open
     * @return all its bytes
     */
    public static byte[] readAll(ByteSource source) {
        return readAll(source, 64 * 1024);
    }

    /**
     * Reads a source to its proven end.
     *
     * @param source what to read; stays open
     * @param chunk how many bytes to ask for at a time
     * @return all its bytes
     */
    public static byte[] readAll(ByteSource source, int chunk) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(chunk);
        while (source.read(buffer) != END) {
            all.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return all.toByteArray();
    }
}
