package io.codeb.postgresql.internal.script;

import io.codeb.model.TableName;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Moves the bytes of a script to a sink, once they may pass, in pieces as big as can be. What is not decided when a
 * chunk ends is kept for the next one. Positions count from the script's beginning.
 */
final class ScriptOutput {
    private static final byte[] NEWLINES = new byte[4096];

    static {
        Arrays.fill(NEWLINES, (byte) '\n');
    }

    private byte[] kept = new byte[0];
    private int keptLength;

    private byte[] chunk = kept;
    private int chunkFrom;
    private int chunkTo;
    private long chunkStart;

    /** Everything before it was handed on or dropped. */
    private long done;

    /** Everything before it may be handed on. */
    private long approved;

    private ScriptSink sink = script -> {};

    /** Whether statements are handed on one by one, and nothing of what stands between them. */
    private boolean oneByOne;

    /** Takes the next chunk, which stays as it is until {@link #endChunk}. */
    void startChunk(byte[] bytes, int from, int to, ScriptSink out) {
        chunk = bytes;
        chunkFrom = from;
        chunkTo = to;
        sink = out;
        oneByOne = out.oneByOne();
    }

    /** Says that everything up to a position may pass. */
    void pass(long upTo) {
        approved = Math.max(approved, upTo);
    }

    /** Says that everything up to a position is no statement and no rows. */
    void between(long upTo) {
        if (oneByOne) {
            drop(upTo);
        } else {
            pass(upTo);
        }
    }

    /** Leaves out what comes next up to a position. */
    void drop(long upTo) {
        flush();
        if (upTo > done) {
            sink.dropped(newlines(held(done, upTo)));
            forget(upTo);
        }
    }

    private void forget(long upTo) {
        done = upTo;
        approved = upTo;
    }

    /** Leaves out what comes next up to a position but for the ends of its lines, so that lines keep their numbers. */
    void dropKeepingLines(long upTo) {
        if (oneByOne) {
            drop(upTo);
            return;
        }
        flush();
        ByteBuffer dropped = held(done, upTo);
        long lines = newlines(dropped);
        forget(upTo);
        while (lines > 0) {
            int length = (int) Math.min(lines, NEWLINES.length);
            sink.pass(ByteBuffer.wrap(NEWLINES, 0, length));
            lines -= length;
        }
    }

    /** Leaves out what comes next up to a position, and hands on other bytes in its place. */
    void replace(long upTo, ByteBuffer bytes) {
        flush();
        long more = newlines(held(done, upTo)) - newlines(bytes);
        if (bytes.hasRemaining()) {
            sink.pass(bytes);
        }
        if (more != 0) {
            sink.dropped(more);
        }
        forget(upTo);
    }

    /** Hands on what comes next up to a position as a statement that may fail. */
    void tolerate(long upTo, ScriptVerdict.Tolerate why) {
        flush();
        sink.tolerate(held(done, upTo), why.sqlStates(), why.what());
        done = upTo;
        approved = upTo;
    }

    boolean oneByOne() {
        return oneByOne;
    }

    /**
     * Hands on a statement by itself.
     *
     * @param upTo where it ends in the script
     * @param statement what is run, which may be other than what stands there
     */
    void statement(long upTo, JudgedStatement statement) {
        flush();
        sink.statement(statement);
        forget(upTo);
    }

    /** Says that what comes next is a COPY, and its rows. */
    void rowsBegin() {
        flush();
        sink.rowsBegin();
    }

    /** Says that what may pass ends with the rows of a COPY. */
    void rowsEnded(TableName table) {
        flush();
        sink.rowsEnded(table);
    }

    void notice(String notice) {
        sink.notice(notice);
    }

    /** Answers bytes that were not yet handed on or dropped, as a part of an array, good until the next call. */
    ByteBuffer held(long from, long to) {
        if (from >= chunkStart) {
            return ByteBuffer.wrap(chunk, index(from), (int) (to - from));
        }
        if (to > chunkStart) {
            keep((int) (to - chunkStart));
        }
        int start = keptLength - (int) (chunkStart - from);
        return ByteBuffer.wrap(kept, start, (int) (to - from));
    }

    /** Hands on what may pass. */
    void flush() {
        if (done < chunkStart && done < approved) {
            int start = keptLength - (int) (chunkStart - done);
            int length = (int) (Math.min(approved, chunkStart) - done);
            sink.pass(ByteBuffer.wrap(kept, start, length));
            done += length;
        }
        if (done < approved) {
            int from = index(done);
            sink.pass(ByteBuffer.wrap(chunk, from, (int) (approved - done)));
            done = approved;
        }
    }

    /** Hands on what may pass, and keeps the rest. */
    void endChunk() {
        flush();
        if (done >= chunkStart) {
            keptLength = 0;
            int rest = index(done);
            chunkStart += rest - chunkFrom;
            chunkFrom = rest;
        }
        keep(chunkTo - chunkFrom);
    }

    /** How many bytes wait for a decision. */
    long waiting() {
        return chunkStart + (chunkTo - chunkFrom) - done;
    }

    private void keep(int length) {
        if (keptLength + length > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(keptLength + length, Math.min(2 * kept.length, 1 << 20)));
        }
        System.arraycopy(chunk, chunkFrom, kept, keptLength, length);
        keptLength += length;
        chunkFrom += length;
        chunkStart += length;
    }

    private static long newlines(ByteBuffer bytes) {
        int from = bytes.arrayOffset() + bytes.position();
        return CopyData.newlines(bytes.array(), from, from + bytes.remaining());
    }

    private int index(long position) {
        return chunkFrom + (int) (position - chunkStart);
    }
}
