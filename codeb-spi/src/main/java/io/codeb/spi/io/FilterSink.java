package io.codeb.spi.io;

import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A sink in front of another one, which keeps the rules of {@link ByteSink}'s end for its subclasses. */
public abstract class FilterSink implements ByteSink {
    private static final Logger LOG = LoggerFactory.getLogger(FilterSink.class);

    private enum State {
        OPEN,
        FINISHED,
        ABORTED
    }

    private final ByteSink downstream;
    private volatile State state = State.OPEN;

    /**
     * Makes the sink.
     *
     * @param downstream where the bytes go on; owned by this sink from here on
     */
    protected FilterSink(ByteSink downstream) {
        this.downstream = downstream;
    }

    /**
     * Takes bytes.
     *
     * @param src what to take; all of it
     * @param next where they go on
     */
    protected abstract void accept(ByteBuffer src, ByteSink next);

    /**
     * Writes what belongs behind the last byte.
     *
     * @param next where it goes
     */
    protected void complete(ByteSink next) {}

    /** Gives back what the sink holds, after downstream was aborted. Idempotent; may be called by any thread. */
    protected void release() {}

    @Override
    public final void write(ByteBuffer src) {
        requireOpen();
        accept(src, downstream);
    }

    @Override
    public final void finish() {
        requireOpen();
        try {
            complete(downstream);
            downstream.finish();
            state = State.FINISHED;
        } catch (RuntimeException e) {
            abort(e);
            throw e;
        }
    }

    @Override
    public final void abort(Throwable cause) {
        if (state != State.OPEN) {
            return;
        }
        state = State.ABORTED;
        try {
            downstream.abort(cause);
        } catch (RuntimeException e) {
            LOG.warn("a sink threw while it was aborted", e);
        }
        release();
    }

    @Override
    public final void close() {
        if (state == State.OPEN) {
            abort(new IllegalStateException("closed before it was finished"));
        }
        downstream.close();
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("the sink has ended: " + state);
        }
    }
}
