package io.codeb.internal.io;

import io.codeb.spi.io.Transfer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Buffers that go round between two threads: one fills them, the other takes them in the same order. Whoever is too
 * fast waits for the other; so there is never more between them than all the buffers.
 *
 * <p>Either side can end it, and any thread can close it; who waits then waits no longer.
 */
final class BufferRing {
    /** One is filled, one is taken, and two make up for an uneven pace. */
    static final int BUFFERS = 4;

    static final int BUFFER_BYTES = Transfer.BUFFER_BYTES;

    private final @Nullable ByteBuffer[] buffers = new ByteBuffer[BUFFERS];
    private long filled;
    private long taken;
    private boolean complete;
    private boolean closed;
    private @Nullable Throwable failure;

    /**
     * Waits for a buffer that is free. The same one is answered until it is {@link #filled() handed over}.
     *
     * @return an empty buffer; null when nothing will be taken any more
     */
    synchronized @Nullable ByteBuffer toFill() throws InterruptedException {
        while (filled - taken == BUFFERS && isOpen()) {
            wait();
        }
        if (!isOpen()) {
            return null;
        }
        int place = (int) (filled % BUFFERS);
        ByteBuffer buffer = buffers[place];
        if (buffer == null) {
            buffer = ByteBuffer.allocate(BUFFER_BYTES);
            buffers[place] = buffer;
        }
        return buffer;
    }

    /** Hands over the buffer that was filled, up to its position. */
    synchronized void filled() {
        ByteBuffer buffer = buffers[(int) (filled % BUFFERS)];
        if (buffer != null) {
            buffer.flip();
            filled++;
        }
        notifyAll();
    }

    /**
     * Waits for a buffer that is filled. The same one is answered until it is {@link #taken() given back}.
     *
     * @return what is in it, from its position to its limit; null when there is and will be no further one
     */
    synchronized @Nullable ByteBuffer toTake() throws InterruptedException {
        while (taken == filled && isOpen()) {
            wait();
        }
        return taken < filled && !closed ? buffers[(int) (taken % BUFFERS)] : null;
    }

    /** Gives back the buffer that was taken. */
    synchronized void taken() {
        ByteBuffer buffer = buffers[(int) (taken % BUFFERS)];
        if (buffer != null) {
            buffer.clear();
            taken++;
        }
        notifyAll();
    }

    /** Says that what was handed over is all. */
    synchronized void complete() {
        complete = isOpen();
        notifyAll();
    }

    /** Says why it cannot go on; what was handed over can still be taken. */
    synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        notifyAll();
    }

    /** Gives up all that was not taken. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Whether all was handed over and taken: the one end that is a good one. */
    synchronized boolean isDone() {
        return complete && taken == filled;
    }

    /** Why it could not go on; null unless it failed. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }

    private boolean isOpen() {
        return !complete && !closed && failure == null;
    }
}
