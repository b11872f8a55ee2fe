package io.codeb.tck.io;

import io.codeb.spi.io.ByteSink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sink that keeps in memory what it is given and how it ended, refuses what comes after the end, and fails when told
 * to. Thread-safe.
 */
public final class RecordingSink implements ByteSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final long failAt;
    private final @Nullable RuntimeException failure;
    private boolean finished;
    private @Nullable Throwable abortCause;
    private boolean closed;

    /** Makes a sink that takes everything. */
    public RecordingSink() {
        this(Long.MAX_VALUE, null);
    }

    private RecordingSink(long failAt, @Nullable RuntimeException failure) {
        this.failAt = failAt;
        this.failure = failure;
    }

    /**
     * Makes a sink that fails.
     *
     * @param bytes how many bytes it takes before
     * @param failure what it throws then, from a write or, if there is none any more, from the finish
     * @return the sink
     */
    public static RecordingSink failingAfter(long bytes, RuntimeException failure) {
        return new RecordingSink(bytes, failure);
    }

    @Override
    public synchronized void write(ByteBuffer src) {
        requireOpen();
        byte[] taken = new byte[(int) Math.min(src.remaining(), failAt - bytes.size())];
        src.get(taken);
        bytes.writeBytes(taken);
        if (src.hasRemaining() && failure != null) {
            throw failure;
        }
    }

    @Override
    public synchronized void finish() {
        requireOpen();
        if (failure != null) {
            throw failure;
        }
        finished = true;
    }

    @Override
    public synchronized void abort(Throwable cause) {
        if (!finished && abortCause == null) {
            abortCause = cause;
        }
    }

    @Override
    public synchronized void close() {
        abort(new IllegalStateException("closed before it was finished"));
        closed = true;
    }

    private void requireOpen() {
        if (finished || abortCause != null || closed) {
            throw new IllegalStateException("the sink has ended");
        }
    }

    /**
     * What was written.
     *
     * @return a copy
     */
    public synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    /**
     * Whether it was finished.
     *
     * @return true once {@link #finish()} has returned
     */
    public synchronized boolean isFinished() {
        return finished;
    }

    /**
     * Why it was aborted.
     *
     * @return empty when it was not
     */
    public synchronized Optional<Throwable> abortCause() {
        return Optional.ofNullable(abortCause);
    }

    /**
     * Whether it was closed.
     *
     * @return true after {@link #close()}
     */
    public synchronized boolean isClosed() {
        return closed;
    }
}
