package io.codeb.internal.io;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one digest of the format, computed on a thread of its own.
 *
 * <p>That is more than a second core at work. Where a CPU has AVX-512, code that the JVM compiles for it leaves the upper
 * parts of the vector registers dirty, and the SHA instructions of the same thread then run at a tenth of their speed.
 * On this thread nothing but the digest runs, on whole blocks of arrays, for which the JVM copies nothing.
 *
 * <p>Bytes are copied, so that the caller's buffer is free at once, into at most {@value #BUFFERS} buffers of 256 KiB.
 * When all of them are full, {@link #update} waits for as long as the digest of one takes. The thread starts with the
 * first full buffer and ends with {@link #finish} or {@link #close}, which wait for it. An interrupt shortens none of
 * these waits, for they depend on nothing but this class; it is kept for whatever waits next.
 *
 * <p>Used by one thread, but for {@link #close}, which any thread may call at any moment.
 */
final class Sha256 implements AutoCloseable {
    static final String THREAD_NAME = "codeb-sha256";
    /** One is filled, one is digested, and two make up for an uneven pace. */
    static final int BUFFERS = 4;
    /** A multiple of the digest's blocks of 64 bytes. */
    static final int BUFFER_BYTES = 256 * 1024;

    private static final byte[] NOTHING = new byte[0];

    private final MessageDigest digest = digest();
    private final Object lock = new Object();
    /** What was handed over; the place of each buffer is its number modulo their count. */
    private final byte[][] ring = new byte[BUFFERS][];

    private final int[] lengths = new int[BUFFERS];
    /** How many buffers were handed over so far. */
    private long handedOver;
    /** How many of them are digested. */
    private long digested;

    private boolean complete;
    private boolean closed;
    private @Nullable Thread thread;
    private @Nullable Throwable failure;
    private String result = "";
    /** The buffer that is the caller's until it is full. */
    private byte[] filling = NOTHING;

    private int fill;

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Takes all that remains in the buffer.
     *
     * @param bytes what comes next; its position is at its limit afterwards
     * @throws IllegalStateException when the digest was closed or has failed
     */
    void update(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (filling == NOTHING) {
                filling = freeBuffer();
            }
            int count = Math.min(bytes.remaining(), filling.length - fill);
            bytes.get(filling, fill, count);
            fill += count;
            if (fill == filling.length) {
                handOver(false);
            }
        }
    }

    /**
     * Says that this was all, and waits for the digest of it. Further calls answer the same.
     *
     * @return 64 lower-case hexadecimal digits
     * @throws IllegalStateException when the digest was closed or has failed
     */
    String finish() {
        if (result.isEmpty()) {
            handOver(true);
            awaitThread();
        }
        if (result.isEmpty()) {
            throw unusable();
        }
        return result;
    }

    /** Ends the thread, whether or not it is done. Idempotent, never throws. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        awaitThread();
    }

    private byte[] freeBuffer() {
        synchronized (lock) {
            await(() -> handedOver - digested < BUFFERS || !usable());
            requireUsable();
            int place = place(handedOver);
            if (ring[place] == null) {
                ring[place] = new byte[BUFFER_BYTES];
            }
            return ring[place];
        }
    }

    private void handOver(boolean isLast) {
        synchronized (lock) {
            requireUsable();
            startThread();
            if (fill > 0) {
                lengths[place(handedOver)] = fill;
                handedOver++;
                filling = NOTHING;
                fill = 0;
            }
            complete = isLast;
            lock.notifyAll();
        }
    }

    private void startThread() {
        if (thread == null) {
            Thread starting = new Thread(this::work, THREAD_NAME);
            starting.setDaemon(true);
            starting.start();
            thread = starting;
        }
    }

    private void work() {
        try {
            while (awaitBuffer()) {
                int place = place(digested);
                digest.update(ring[place], 0, lengths[place]);
                synchronized (lock) {
                    digested++;
                    lock.notifyAll();
                }
            }
            if (isWhole()) {
                result = HexFormat.of().formatHex(digest.digest());
            }
        } catch (RuntimeException | Error e) {
            synchronized (lock) {
                failure = e;
                lock.notifyAll();
            }
        }
    }

    /** Answers whether there is another buffer to digest; if not, then because it is over. */
    private boolean awaitBuffer() {
        synchronized (lock) {
            await(() -> digested < handedOver || complete || closed);
            return digested < handedOver && !closed;
        }
    }

    /** A digest that was closed is none, however far it came. */
    private boolean isWhole() {
        synchronized (lock) {
            return complete && digested == handedOver;
        }
    }

    private boolean usable() {
        return failure == null && !closed && !complete;
    }

    private void requireUsable() {
        if (!usable()) {
            throw unusable();
        }
    }

    private IllegalStateException unusable() {
        synchronized (lock) {
            return failure != null
                    ? new IllegalStateException("SHA-256 could not be computed: " + failure, failure)
                    : new IllegalStateException("the digest has ended");
        }
    }

    private void await(BooleanSupplier condition) {
        uninterruptibly(() -> {
            while (!condition.getAsBoolean()) {
                lock.wait();
            }
        });
    }

    private void awaitThread() {
        Thread started;
        synchronized (lock) {
            started = thread;
        }
        if (started != null) {
            uninterruptibly(started::join);
        }
    }

    private static int place(long number) {
        return (int) (number % BUFFERS);
    }

    private static void uninterruptibly(Wait wait) {
        boolean interrupted = false;
        while (true) {
            try {
                wait.run();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @FunctionalInterface
    private interface Wait {
        void run() throws InterruptedException;
    }
}
