package io.codeb.spi.io;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A source behind another one, which keeps the rules of {@link ByteSource}'s end for its subclasses: the end, and a
 * failure, are told again at every further read, and what the source holds is given back once.
 */
public abstract class FilterSource implements ByteSource {
    private final ByteSource upstream;
    private final AtomicBoolean released = new AtomicBoolean();
    private boolean ended;
    private @Nullable RuntimeException failure;

    /**
     * Makes the source.
     *
     * @param upstream where the bytes come from; owned by this source from here on
     */
    protected FilterSource(ByteSource upstream) {
        this.upstream = upstream;
    }

    /**
     * Where the bytes come from.
     *
     * @return to be read, not closed
     */
    protected final ByteSource upstream() {
        return upstream;
    }

    /**
     * Reads as {@link #read} does; not called again once it has answered {@link #END} or thrown.
     *
     * @param dst where to put the bytes, with room for at least one
     * @return how many bytes were read, or {@link #END}
     */
    protected abstract int supply(ByteBuffer dst);

    /**
     * Gives back what the source holds. Called once, after upstream was closed; maybe by another thread, while
     * {@link #supply} still runs.
     */
    protected void release() {}

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
            int count = supply(dst);
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
        if (released.compareAndSet(false, true)) {
            release();
        }
    }
}
