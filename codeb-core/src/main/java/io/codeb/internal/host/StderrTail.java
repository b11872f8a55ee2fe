package io.codeb.internal.host;

import java.nio.charset.StandardCharsets;

/** The last bytes of a stream. Thread-safe. */
final class StderrTail {
    private final byte[] ring;
    private long total;

    StderrTail(int limit) {
        ring = new byte[limit];
    }

    synchronized void add(byte[] bytes, int count) {
        for (int i = Math.max(0, count - ring.length); i < count; i++) {
            ring[(int) ((total + i) % ring.length)] = bytes[i];
        }
        total += count;
    }

    /** Decodes as UTF-8, leaving out a character whose beginning is gone. */
    synchronized String text() {
        int length = (int) Math.min(total, ring.length);
        byte[] tail = new byte[length];
        for (int i = 0; i < length; i++) {
            tail[i] = ring[(int) ((total - length + i) % ring.length)];
        }
        int start = 0;
        while (total > ring.length && start < Math.min(3, length) && (tail[start] & 0xc0) == 0x80) {
            start++;
        }
        return new String(tail, start, length - start, StandardCharsets.UTF_8);
    }
}
