package io.codeb.postgresql.internal.script;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Which line of psql's input is which line of the script: lines of our own stand between them. */
public final class ScriptLines {
    /** What psql keeps of its errors is not longer than this. */
    private static final int FORGIVEN_KEPT = 1_024;

    private final Deque<Long> forgiven = new ArrayDeque<>();
    /**
     * Blocks of our own, three numbers each: psql's lines where it starts and ends, and how many lines psql is ahead
     * then.
     */
    private long[] blocks = new long[24];

    private int used;
    private long line = 1;
    private long own;

    /** Takes a piece of the script, whose position stays as it is. */
    public void script(ByteBuffer piece) {
        if (piece.hasArray()) {
            int from = piece.arrayOffset() + piece.position();
            line += CopyData.newlines(piece.array(), from, from + piece.remaining());
            return;
        }
        for (int i = piece.position(); i < piece.limit(); i++) {
            line += piece.get(i) == '\n' ? 1 : 0;
        }
    }

    /** Takes lines of our own. */
    public void own(long count) {
        shift(count, count);
    }

    /** Takes how many lines of the script psql does not get; how many more it gets, as a negative number. */
    public void dropped(long count) {
        if (count != 0) {
            shift(0, -count);
        }
    }

    private void shift(long passed, long more) {
        boolean joins = used > 0 && blocks[used - 2] == line;
        if (!joins) {
            blocks = used == blocks.length ? Arrays.copyOf(blocks, 2 * used) : blocks;
            blocks[used] = line;
            used += 3;
        }
        line += passed;
        own += more;
        blocks[used - 2] = line;
        blocks[used - 1] = own;
    }

    /** The line that psql reads now. */
    public long psqlLine() {
        return line;
    }

    /** The script's line that psql reads at a line of its input; 0 where it is one of our own. */
    public long scriptLine(long psqlLine) {
        int low = 0;
        int high = used / 3 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (blocks[3 * middle] <= psqlLine) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        if (high < 0) {
            return psqlLine;
        }
        return psqlLine < blocks[3 * high + 1] ? 0 : psqlLine - blocks[3 * high + 2];
    }

    /** Says that an error in the line that psql reads now has not stopped it. */
    public void forgive() {
        forgiven.addLast(line);
        if (forgiven.size() > FORGIVEN_KEPT) {
            forgiven.removeFirst();
        }
    }

    public boolean isForgiven(long psqlLine) {
        return forgiven.contains(psqlLine);
    }
}
