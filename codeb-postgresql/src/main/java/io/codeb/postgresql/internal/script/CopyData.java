package io.codeb.postgresql.internal.script;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Follows the rows of a COPY block, cut into arbitrary chunks, up to the line {@code \.} that ends it. */
final class CopyData {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;
    private static final long NEWLINES = 0x0A0A0A0A0A0A0A0AL;
    private static final long BACKSLASHES = 0x5C5C5C5C5C5C5C5CL;

    private enum Line {
        START,
        BACKSLASH,
        BACKSLASH_DOT,
        BACKSLASH_DOT_RETURN,
        WITHIN
    }

    private Line line = Line.START;
    private long rows;
    private boolean ended;

    /** Makes this ready for the next block. */
    void start() {
        line = Line.START;
        rows = 0;
        ended = false;
    }

    /** How many rows of this block were complete so far. */
    long rows() {
        return rows;
    }

    /** Whether the block's last line has gone by, its newline included. */
    boolean ended() {
        return ended;
    }

    /** Whether the block is whole when nothing follows: its last line may lack the newline. */
    boolean mayEndHere() {
        return ended || line == Line.BACKSLASH_DOT || line == Line.BACKSLASH_DOT_RETURN;
    }

    /**
     * Follows the block on.
     *
     * @return where the block's last line has ended, or {@code to}
     */
    int scan(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to) {
            if (line == Line.WITHIN) {
                p = toSuspectLine(bytes, p, to);
                continue;
            }
            byte b = bytes[p++];
            if (b == '\n') {
                if (line == Line.BACKSLASH_DOT || line == Line.BACKSLASH_DOT_RETURN) {
                    ended = true;
                    return p;
                }
                rows++;
                line = Line.START;
            } else {
                line = next(line, b);
            }
        }
        return p;
    }

    private static Line next(Line line, byte b) {
        if (line == Line.START && b == '\\') {
            return Line.BACKSLASH;
        }
        if (line == Line.BACKSLASH && b == '.') {
            return Line.BACKSLASH_DOT;
        }
        if (line == Line.BACKSLASH_DOT && b == '\r') {
            return Line.BACKSLASH_DOT_RETURN;
        }
        return Line.WITHIN;
    }

    /** Counts rows, eight bytes at a time, up to a line that begins with a backslash. */
    private int toSuspectLine(byte[] bytes, int from, int to) {
        int p = from;
        long counted = 0;
        for (; p + 8 < to; p += 8) {
            long newlines = equalBytes((long) WORD.get(bytes, p), NEWLINES);
            long suspects = newlines & equalBytes((long) WORD.get(bytes, p + 1), BACKSLASHES);
            if (suspects != 0) {
                long upToFirst = suspects ^ (suspects - 1);
                rows += counted + Long.bitCount(newlines & upToFirst);
                line = Line.START;
                return p + (Long.numberOfTrailingZeros(suspects) >>> 3) + 1;
            }
            counted += Long.bitCount(newlines);
        }
        rows += counted;
        while (p < to) {
            if (bytes[p++] == '\n') {
                rows++;
                if (p == to || bytes[p] == '\\') {
                    line = Line.START;
                    return p;
                }
            }
        }
        return p;
    }

    /** Counts newlines anywhere. */
    static long newlines(byte[] bytes, int from, int to) {
        int p = from;
        long count = 0;
        for (; p + 8 <= to; p += 8) {
            count += Long.bitCount(equalBytes((long) WORD.get(bytes, p), NEWLINES));
        }
        for (; p < to; p++) {
            if (bytes[p] == '\n') {
                count++;
            }
        }
        return count;
    }

    /** Finds a NUL byte: its index, or -1. */
    static int indexOfNul(byte[] bytes, int from, int to) {
        int p = from;
        for (; p + 8 <= to; p += 8) {
            long nuls = equalBytes((long) WORD.get(bytes, p), 0);
            if (nuls != 0) {
                return p + (Long.numberOfTrailingZeros(nuls) >>> 3);
            }
        }
        for (; p < to; p++) {
            if (bytes[p] == 0) {
                return p;
            }
        }
        return -1;
    }

    /** Sets the highest bit of each byte that is equal in both words, and no other bit. */
    private static long equalBytes(long word, long pattern) {
        long difference = word ^ pattern;
        return ~(((difference & LOW_BITS) + LOW_BITS) | difference | LOW_BITS);
    }
}
