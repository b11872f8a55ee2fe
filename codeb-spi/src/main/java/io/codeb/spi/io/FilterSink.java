package io.codeb.spi.io;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink in front of another one, which keeps the rules of {@link ByteSink}'s end for its subclasses: nothing is taken
 * after the end or after a write that failed, downstream is aborted first, and what the sink holds is given back once.
 */
public abstract class FilterSink implements ByteSink {
    private static final Logger LOG = LoggerFactory.getLogger(FilterSink.class);

    private enum State {
        OPEN,
        FAILED,
        FINISHED,
        ABORTED
    }

    private final ByteSink downstream;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final AtomicBoolean released = new AtomicBoolean();

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

    /**
     * Gives back what the sink holds. Called once, after downstream was finished or aborted; in the second case maybe
     * by another thread, while {@link #accept} or {@link #complete} still runs.
     */
    protected void release() {}

    @Override
    public final void write(ByteBuffer src) {
        requireOpen();
        try {
            accept(src, downstream);
        } catch (RuntimeException | Error e) {
            state.compareAndSet(State.OPEN, State.FAILED);
            throw e;
        }
    }

    @Override
    public final void finish() {
        requireOpen();
        try {
            complete(downstream);
            downstream.finish();
            state.compareAndSet(State.OPEN, State.FINISHED);
        } catch (RuntimeException | Error e) {
            abort(e);
            throw e;
        }
        releaseOnce();
    }

    @Override
    public final void abort(Throwable cause) {
        if (isEnd(state.getAndUpdate(now -> isEnd(now) ? now : State.ABORTED))) {
            return;
        }
        try {
            downstream.abort(cause);
        } catch (RuntimeException e) {
            LOG.warn("a sink threw while it was aborted", e);
        }
        releaseOnce();
    }

    @Override
    public final void close() {
        if (!isEnd(state.get())) {
            abort(new IllegalStateException("closed before it was finished"));
        }
        downstream.close();
    }

    private static boolean isEnd(@Nullable State state) {
        return state == State.FINISHED || state == State.ABORTED;
    }

    private void requireOpen() {
        State now = state.get();
        if (now != State.OPEN) {
            throw new IllegalStateException(
                    now == State.FAILED ? "a write to the sink failed before" : "the sink has ended: " + now);
        }
    }

    private void releaseOnce() {
        if (released.compareAndSet(false, true)) {
            release();
        }
    }
}
