package io.codeb.spi.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keeps the last bytes of a stream, as of what a program says before it fails. Thread-safe. */
public final class ByteTail {
    private final byte[] ring;
    private long total;

    /**
     * Makes an empty tail.
     *
     * @param limit how many bytes to keep, at least 1; allocated at once
     */
    public ByteTail(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a tail of " + limit + " bytes");
        }
        this.ring = new byte[limit];
    }

    /**
     * Takes all that remains.
     *
     * @param bytes what comes next; its position is at its limit afterwards
     */
    public synchronized void add(ByteBuffer bytes) {
        total += bytes.remaining();
        bytes.position(Math.max(bytes.position(), bytes.limit() - ring.length));
        while (bytes.hasRemaining()) {
            int at = (int) ((total - bytes.remaining()) % ring.length);
            bytes.get(ring, at, Math.min(bytes.remaining(), ring.length - at));
        }
    }

    /**
     * Decodes what is kept as UTF-8, with replacement, but without a character whose beginning is gone.
     *
     * @return at most the limit's bytes' worth
     */
    public synchronized String text() {
        int length = (int) Math.min(total, ring.length);
        byte[] tail = new byte[length];
        int start = (int) ((total - length) % ring.length);
        int first = Math.min(length, ring.length - start);
        System.arraycopy(ring, start, tail, 0, first);
        System.arraycopy(ring, 0, tail, first, length - first);
        int from = 0;
        while (total > ring.length && from < Math.min(3, length) && (tail[from] & 0xc0) == 0x80) {
            from++;
        }
        return new String(tail, from, length - from, StandardCharsets.UTF_8);
    }
}
