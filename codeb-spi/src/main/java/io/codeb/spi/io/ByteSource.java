package io.codeb.spi.io;

import java.nio.ByteBuffer;

/**
 * Where bytes come from. The end of the stream is answered only once it is proven: whoever cannot tell an end from a
 * cut throws.
 *
 * <p>Used by one thread at a time, but for {@link #close()}, which any thread may call and which ends a blocked read.
 */
public interface ByteSource extends AutoCloseable {
    /** What {@link #read(ByteBuffer)} answers at the proven end. */
    int END = -1;

    /**
     * Reads at least one byte, waiting for it, and at most what fits.
     *
     * @param dst where to put them, with room for at least one
     * @return how many bytes were read, or {@link #END}, then and ever after
     * @throws io.codeb.error.CodeBException when the stream is cut, stalls, or its end cannot be proven
     */
    int read(ByteBuffer dst);

    /** Gives up the rest, if any, and releases what the source holds. Idempotent, never throws. */
    @Override
    void close();
}
