package io.codeb.postgresql.internal.restore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Follows a tar file to its end. pg_restore 15 does not find an end that comes too early: it waits for more, for ever.
 */
final class TarEnd {
    private static final int BLOCK = 512;
    private static final int SIZE_AT = 124;
    private static final int SIZE_LENGTH = 12;

    private final byte[] header = new byte[BLOCK];
    private int headerLength;
    private long toSkip;
    private boolean ended;

    /** Follows the next piece, whose position and limit stay as they are. */
    void follow(ByteBuffer piece) {
        ByteBuffer rest = piece.duplicate();
        while (rest.hasRemaining() && !ended) {
            if (toSkip > 0) {
                int skipped = (int) Math.min(toSkip, rest.remaining());
                rest.position(rest.position() + skipped);
                toSkip -= skipped;
                continue;
            }
            int some = Math.min(BLOCK - headerLength, rest.remaining());
            rest.get(header, headerLength, some);
            headerLength += some;
            if (headerLength == BLOCK) {
                headerLength = 0;
                // A member has a name; a block of zeros ends the file.
                ended = header[0] == 0;
                toSkip = (size() + BLOCK - 1) / BLOCK * BLOCK;
            }
        }
    }

    private long size() {
        long size = 0;
        if ((header[SIZE_AT] & 0x80) != 0) {
            // Numbers too large for octal digits are binary, with the highest byte first.
            for (int i = SIZE_AT + SIZE_LENGTH - 8; i < SIZE_AT + SIZE_LENGTH; i++) {
                size = size << 8 | (header[i] & 0xff);
            }
            return Math.max(0, Math.min(size, Long.MAX_VALUE - BLOCK));
        }
        String digits = new String(header, SIZE_AT, SIZE_LENGTH, StandardCharsets.ISO_8859_1);
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c >= '0' && c <= '7') {
                size = size * 8 + (c - '0');
            }
        }
        return size;
    }

    /** Whether the block has gone by that ends the file. */
    boolean seen() {
        return ended;
    }
}
