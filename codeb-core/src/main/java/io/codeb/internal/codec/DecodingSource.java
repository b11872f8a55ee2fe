package io.codeb.internal.codec;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSource;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A decoder: the end is answered only where the format has one, and native memory is given back by {@link #close()}
 * from whatever thread.
 */
abstract class DecodingSource extends FilterSource {
    private final String format;
    /** Encoded bytes not yet decoded. */
    final ByteBuffer encoded;
    /** Held around every call of the decoder: a close from another thread must not free it meanwhile. */
    private final Object decoder = new Object();

    private boolean freed;

    /**
     * Makes the source.
     *
     * @param format the format's name, for messages
     * @param upstream where the encoded bytes come from
     * @param encoded takes them
     */
    DecodingSource(String format, ByteSource upstream, ByteBuffer encoded) {
        super(upstream);
        this.format = format;
        this.encoded = encoded.limit(0);
    }

    /** Gives back native memory. Called once. */
    abstract void free();

    @Override
    protected final void release() {
        synchronized (decoder) {
            freed = true;
            free();
        }
    }

    /** Reads more encoded bytes once all were taken; false at the end of the encoded stream. */
    final boolean fill() {
        encoded.clear();
        int count = upstream().read(encoded);
        encoded.flip();
        return count != END;
    }

    /** Runs one call of the decoder while nobody frees it. */
    final <T> T guarded(Step<T> step) {
        synchronized (decoder) {
            if (freed) {
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
