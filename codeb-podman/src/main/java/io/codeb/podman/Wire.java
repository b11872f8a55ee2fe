package io.codeb.podman;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A connection to the API, as bytes. One thread may read while another writes; any thread may close, which ends both
 * with an exception.
 */
interface Wire extends Closeable {
    /** What {@link #read} answers when the peer has closed its side. */
    int END = -1;

    /**
     * Reads what is there, waiting for the first byte.
     *
     * @return how many bytes were read, 0 when the deadline passed, or {@link #END}
     */
    int read(ByteBuffer dst, Deadline deadline) throws IOException;

    /** Writes all that remains, or as much as goes until the deadline. */
    void write(ByteBuffer src, Deadline deadline) throws IOException;

    /** Says that no more will be written; reading goes on. */
    void shutdownOutput() throws IOException;

    /** Idempotent, never throws. */
    @Override
    void close();
}
