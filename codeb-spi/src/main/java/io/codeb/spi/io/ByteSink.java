package io.codeb.spi.io;

import java.nio.ByteBuffer;

/**
 * Where bytes go. Exactly one of {@link #finish()} and {@link #abort(Throwable)} ends it; {@link #close()} without
 * {@code finish()} aborts, so that a stream that was cut is never taken for one that ended.
 *
 * <p>Used by one thread at a time, but for {@link #abort(Throwable)}, which any thread may call at any moment.
 */
public interface ByteSink extends AutoCloseable {
    /**
     * Takes all that remains in the buffer; blocking is the backpressure. The buffer may be reused after the return.
     *
     * @param src what to write; its position is at its limit afterwards
     * @throws io.codeb.error.CodeBException when the bytes cannot be taken; the sink is then only good for an abort
     * @throws IllegalStateException after the end
     */
    void write(ByteBuffer src);

    /**
     * Says that this was all: trailers go out, then whatever is downstream is finished. When it returns, the bytes are
     * where they should be; when it throws, the sink is aborted.
     *
     * @throws io.codeb.error.CodeBException when the end cannot be made good
     * @throws IllegalStateException after the end
     */
    void finish();

    /**
     * Says that this was not all. Downstream is aborted first, so that nothing half written can look whole. Idempotent,
     * never throws, does nothing after {@link #finish()} has returned.
     *
     * @param cause why
     */
    void abort(Throwable cause);

    /** Aborts if the sink has not ended; releases what it holds. Idempotent, never throws. */
    @Override
    void close();
}
