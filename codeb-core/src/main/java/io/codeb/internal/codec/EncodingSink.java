package io.codeb.internal.codec;

import io.codeb.spi.io.ByteSink;
import java.nio.ByteBuffer;

/**
 * The life of an encoder: full buffers go downstream, the trailer only at {@link #finish()}, and the encoder's native
 * memory is given back at the end, whichever it is.
 */
abstract class EncodingSink implements ByteSink {
    private enum State {
        OPEN,
        FAILED,
        ENDED
    }

    private final ByteSink downstream;
    private final ByteBuffer encoded;
    /** Held around every call of the encoder: an abort from another thread must not free it meanwhile. */
    private final Object encoder = new Object();

    private boolean released;
    private volatile State state = State.OPEN;

    /**
     * Makes the sink.
     *
     * @param downstream where the encoded bytes go
     * @param encoded collects them; may hold a header already
     */
    EncodingSink(ByteSink downstream, ByteBuffer encoded) {
        this.downstream = downstream;
        this.encoded = encoded;
    }

    /** Takes a part of what remains in {@code src}, or fills {@code out}. */
    abstract void encode(ByteBuffer src, ByteBuffer out);

    /** Puts what is left and the trailer into {@code out}; false when it needs to be called again with more room. */
    abstract boolean end(ByteBuffer out);

    /** Gives back native memory. Called once. */
    abstract void release();

    @Override
    public final void write(ByteBuffer src) {
        requireOpen();
        try {
            while (src.hasRemaining()) {
                synchronized (encoder) {
                    requireEncoder();
                    encode(src, encoded);
                }
                if (!encoded.hasRemaining()) {
                    drain();
                }
            }
        } catch (RuntimeException | Error e) {
            fail();
            throw e;
        }
    }

    @Override
    public final void finish() {
        requireOpen();
        try {
            boolean complete;
            do {
                synchronized (encoder) {
                    requireEncoder();
                    complete = end(encoded);
                }
                drain();
            } while (!complete);
            downstream.finish();
            state = State.ENDED;
        } catch (RuntimeException | Error e) {
            abort(e);
            throw e;
        }
        releaseOnce();
    }

    @Override
    public final void abort(Throwable cause) {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        try {
            downstream.abort(cause);
        } finally {
            releaseOnce();
        }
    }

    @Override
    public final void close() {
        abort(new IllegalStateException("closed before it was finished"));
        downstream.close();
    }

    private void drain() {
        encoded.flip();
        downstream.write(encoded);
        encoded.clear();
    }

    private void fail() {
        if (state == State.OPEN) {
            state = State.FAILED;
        }
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException(state == State.FAILED ? "a write failed before" : "the sink has ended");
        }
    }

    private void requireEncoder() {
        if (released) {
            throw new IllegalStateException("the sink was aborted meanwhile");
        }
    }

    private void releaseOnce() {
        synchronized (encoder) {
            if (!released) {
                released = true;
                release();
            }
        }
    }
}
