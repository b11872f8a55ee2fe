package io.codeb.spi.io;

import io.codeb.model.Cancellation;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/** Moves bytes from a source to a sink. */
public final class Transfer {
    /** The size of the buffers that streams are moved through: large enough that a call's cost vanishes. */
    public static final int BUFFER_BYTES = 256 * 1024;

    private Transfer() {}

    /**
     * Moves everything up to the source's proven end. The sink is not finished: its owner knows whether this was all.
     *
     * @param source where the bytes come from
     * @param sink where they go
     * @param cancellation ends it early
     * @param moved hears how many bytes have been moved so far
     */
    public static void all(ByteSource source, ByteSink sink, Cancellation cancellation, LongConsumer moved) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long total = 0;
        while (true) {
            cancellation.throwIfCancelled();
            buffer.clear();
            if (source.read(buffer) == ByteSource.END) {
                return;
            }
            total += buffer.flip().remaining();
            sink.write(buffer);
            moved.accept(total);
        }
    }
}
