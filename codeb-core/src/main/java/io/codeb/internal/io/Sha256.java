package io.codeb.internal.io;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The one digest of the format, computed on a thread of its own.
 *
 * <p>That is more than a second core at work. Where a CPU has AVX-512, code that the JVM compiles for it can leave the
 * upper parts of the vector registers dirty, and the SHA instructions of the same thread then run at a tenth of their
 * speed. On this thread nothing but the digest runs, on whole blocks of arrays, for which the JVM copies nothing.
 *
 * <p>Bytes are copied into a {@link BufferRing}, so that the caller's buffer is free at once. When the ring is full,
 * {@link #update} waits for as long as the digest of one buffer takes. The thread starts with the first full buffer and
 * ends with {@link #finish} or {@link #close}, which wait for it. An interrupt shortens none of these waits, for they
 * depend on nothing but this class; it is kept for whatever waits next.
 *
 * <p>Used by one thread, but for {@link #close}, which any thread may call at any moment.
 */
final class Sha256 implements AutoCloseable {
    static final String PURPOSE = "sha256";

    private final MessageDigest digest = digest();
    private final BufferRing ring = new BufferRing();
    private final OwnThread thread = new OwnThread(PURPOSE, this::work);
    private @Nullable ByteBuffer filling;
    private volatile String result = "";

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
     * @throws IllegalStateException when the digest has ended or failed
     */
    void update(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            ByteBuffer room = room();
            int count = Math.min(bytes.remaining(), room.remaining());
            room.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            if (!room.hasRemaining()) {
                handOver();
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
            if (filling != null) {
                handOver();
            }
            thread.start();
            ring.complete();
            thread.await();
        }
        if (result.isEmpty()) {
            throw ended();
        }
        return result;
    }

    /** Ends the thread, whether or not it is done. Idempotent, never throws. */
    @Override
    public void close() {
        ring.close();
        thread.await();
    }

    private ByteBuffer room() {
        ByteBuffer room = filling;
        if (room == null) {
            room = OwnThread.uninterruptibly(ring::toFill);
            if (room == null) {
                throw ended();
            }
            filling = room;
        }
        return room;
    }

    private void handOver() {
        thread.start();
        ring.filled();
        filling = null;
    }

    private void work() {
        try {
            for (ByteBuffer bytes = ring.toTake(); bytes != null; bytes = ring.toTake()) {
                digest.update(bytes);
                ring.taken();
            }
            if (ring.isDone()) {
                result = HexFormat.of().formatHex(digest.digest());
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            ring.fail(e);
        }
    }

    private IllegalStateException ended() {
        Throwable failure = ring.failure();
        return failure == null
                ? new IllegalStateException("the digest has ended")
                : new IllegalStateException("SHA-256 could not be computed: " + failure, failure);
    }
}
