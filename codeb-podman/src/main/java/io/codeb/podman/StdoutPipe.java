package io.codeb.podman;

import java.nio.ByteBuffer;

/** What has been read from the wire and not yet by the caller: bounded, so that a slow caller slows the command. */
final class StdoutPipe {
    /** What {@link #read} answers when nothing more will come. */
    static final int FINISHED = -1;

    private static final int CAPACITY = 256 * 1024;

    private final byte[] ring = new byte[CAPACITY];
    private int start;
    private int size;
    private boolean finished;
    private boolean discarding;

    /** Takes all that remains, waiting for room; only {@link #discard()} ends the wait early. */
    synchronized void write(ByteBuffer bytes) {
        boolean interrupted = false;
        while (bytes.hasRemaining() && !discarding) {
            if (size == CAPACITY) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                continue;
            }
            int end = (start + size) % CAPACITY;
            int n = Math.min(bytes.remaining(), Math.min(CAPACITY - size, CAPACITY - end));
            bytes.get(ring, end, n);
            size += n;
            notifyAll();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads at least one byte, waiting for it, or answers {@link #FINISHED}. */
    synchronized int read(ByteBuffer dst) throws InterruptedException {
        while (size == 0) {
            if (finished) {
                return FINISHED;
            }
            wait();
        }
        int total = 0;
        while (size > 0 && dst.hasRemaining()) {
            int n = Math.min(dst.remaining(), Math.min(size, CAPACITY - start));
            dst.put(ring, start, n);
            start = (start + n) % CAPACITY;
            size -= n;
            total += n;
        }
        notifyAll();
        return total;
    }

    /** Says that nothing more will be written. */
    synchronized void finish() {
        finished = true;
        notifyAll();
    }

    /** Throws away what is here and all that may come. */
    synchronized void discard() {
        discarding = true;
        size = 0;
        notifyAll();
    }
}
