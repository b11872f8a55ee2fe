package io.codeb.internal.codec;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.spi.io.ByteSource;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The life of a decoder: the end is answered only where the format has one, a failure is told again at every further
 * read, and native memory is given back by {@link #close()} from whatever thread.
 */
abstract class DecodingSource implements ByteSource {
    private final String format;
    private final ByteSource upstream;
    /** Encoded bytes not yet decoded. */
    final ByteBuffer encoded;
    /** Held around every call of the decoder: a close from another thread must not free it meanwhile. */
    private final Object decoder = new Object();

    private boolean released;
    private boolean ended;
    private @Nullable RuntimeException failure;

    /**
     * Makes the source.
     *
     * @param format the format's name, for messages
     * @param upstream where the encoded bytes come from
     * @param encoded takes them
     */
    DecodingSource(String format, ByteSource upstream, ByteBuffer encoded) {
        this.format = format;
        this.upstream = upstream;
        this.encoded = encoded.limit(0);
    }

    /** Puts at least one byte into {@code dst} and answers how many, or {@link #END} at the proven end. */
    abstract int decode(ByteBuffer dst);

    /** Gives back native memory. Called once. */
    abstract void release();

    @Override
    public final int read(ByteBuffer dst) {
        if (!dst.hasRemaining()) {
            throw new IllegalArgumentException("no room to read into");
        }
        if (failure != null) {
            throw failure;
        }
        if (ended) {
            return END;
        }
        try {
            int count = decode(dst);
            ended = count == END;
            return count;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public final void close() {
        upstream.close();
        synchronized (decoder) {
            if (!released) {
                released = true;
                release();
            }
        }
    }

    /** Reads more encoded bytes once all were taken; false at the end of the encoded stream. */
    final boolean fill() {
        encoded.clear();
        int count = upstream.read(encoded);
        encoded.flip();
        return count != END;
    }

    /** Runs one call of the decoder while nobody frees it. */
    final <T> T guarded(Step<T> step) {
        synchronized (decoder) {
            if (released) {
                throw new IllegalStateException("the source is closed");
            }
            return step.run();
        }
    }

    final IntegrityException truncated() {
        return new IntegrityException(
                ErrorCode.TRUNCATED,
                "the " + format + " stream was cut before its end",
                "the copy is incomplete: use another copy or another backup");
    }

    final IntegrityException corrupt(String what, @Nullable Throwable cause) {
        return new IntegrityException(
                ErrorCode.CORRUPT,
                "the " + format + " stream is damaged: " + what,
                "the copy was changed after it was written: use another copy or another backup",
                cause);
    }

    /** One call of a decoder. */
    @FunctionalInterface
    interface Step<T> {
        T run();
    }
}
