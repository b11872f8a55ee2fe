package io.codeb.spi.io;

import java.nio.ByteBuffer;

/** Shows the first bytes of a source before they are read. */
public final class PeekedSource extends FilterSource {
    private final ByteBuffer head;

    /**
     * Reads the head, or all if it is shorter.
     *
     * @param upstream where the bytes come from; owned by this source from here on, and closed when the head cannot be
     *     read
     * @param length how much to show, in bytes
     */
    public PeekedSource(ByteSource upstream, int length) {
        super(upstream);
        this.head = ByteBuffer.allocate(length);
        try {
            while (head.hasRemaining() && upstream.read(head) != END) {
                // Reads until the head is full or the source ends.
            }
        } catch (RuntimeException e) {
            upstream.close();
            throw e;
        }
        head.flip();
    }

    /**
     * The first bytes.
     *
     * @return a copy of what the head held at first
     */
    public byte[] head() {
        byte[] bytes = new byte[head.limit()];
        head.duplicate().position(0).get(bytes);
        return bytes;
    }

    @Override
    protected int supply(ByteBuffer dst) {
        if (!head.hasRemaining()) {
            return upstream().read(dst);
        }
        int count = Math.min(head.remaining(), dst.remaining());
        dst.put(head.slice(head.position(), count));
        head.position(head.position() + count);
        return count;
    }
}
