package io.codeb.internal.codec;

import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.FilterSink;
import java.nio.ByteBuffer;

/**
 * An encoder: full buffers go downstream, the trailer only at {@link #finish()}, and the encoder's native memory is
 * given back at the end, whichever it is.
 */
abstract class EncodingSink extends FilterSink {
    private final ByteBuffer encoded;
    /** Held around every call of the encoder: an abort from another thread must not free it meanwhile. */
    private final Object encoder = new Object();

    private boolean freed;

    /**
     * Makes the sink.
     *
     * @param downstream where the encoded bytes go
     * @param encoded collects them; may hold a header already
     */
    EncodingSink(ByteSink downstream, ByteBuffer encoded) {
        super(downstream);
        this.encoded = encoded;
    }

    /** Takes a part of what remains in {@code src}, or fills {@code out}. */
    abstract void encode(ByteBuffer src, ByteBuffer out);

    /** Puts what is left and the trailer into {@code out}; false when it needs to be called again with more room. */
    abstract boolean end(ByteBuffer out);

    /** Gives back native memory. Called once. */
    abstract void free();

    @Override
    protected final void accept(ByteBuffer src, ByteSink next) {
        while (src.hasRemaining()) {
            synchronized (encoder) {
                requireEncoder();
                encode(src, encoded);
            }
            if (!encoded.hasRemaining()) {
                drain(next);
            }
        }
    }

    @Override
    protected final void complete(ByteSink next) {
        boolean complete;
        do {
            synchronized (encoder) {
                requireEncoder();
                complete = end(encoded);
            }
            drain(next);
        } while (!complete);
    }

    @Override
    protected final void release() {
        synchronized (encoder) {
            freed = true;
            free();
        }
    }

    private void drain(ByteSink next) {
        encoded.flip();
        next.write(encoded);
        encoded.clear();
    }

    private void requireEncoder() {
        if (freed) {
            throw new IllegalStateException("the sink was aborted meanwhile");
        }
    }
}
