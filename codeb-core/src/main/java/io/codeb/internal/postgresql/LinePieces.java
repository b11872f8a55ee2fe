package io.codeb.internal.postgresql;

import io.codeb.internal.io.Transfer;
import io.codeb.spi.io.ByteSource;
import java.nio.ByteBuffer;

/** Reads a source in pieces that end where lines do, as long as no line is longer than the buffer. */
final class LinePieces {
    private final ByteSource source;
    private final byte[] bytes = new byte[Transfer.BUFFER_BYTES];
    private int from;
    private int to;
    private boolean ended;

    LinePieces(ByteSource source) {
        this.source = source;
    }

    /**
     * Reads on.
     *
     * @return the next piece, good until the next call; without bytes at the source's proven end
     */
    ByteBuffer next() {
        System.arraycopy(bytes, from, bytes, 0, to - from);
        to -= from;
        from = 0;
        int end = 0;
        while (end == 0 && to < bytes.length && !ended) {
            int start = to;
            ByteBuffer room = ByteBuffer.wrap(bytes, to, bytes.length - to);
            ended = source.read(room) == ByteSource.END;
            to = room.position();
            end = lineEnd(start);
        }
        from = end == 0 ? to : end;
        return ByteBuffer.wrap(bytes, 0, from);
    }

    /** Where the last line ends that is whole; 0 for nowhere. */
    private int lineEnd(int start) {
        for (int i = to - 1; i >= start; i--) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }
}
