package io.codeb.internal.io;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The end of a pipeline: a stream of the caller's, which is flushed and never closed. */
public final class OutputStreamSink implements ByteSink {
    private final OutputStream out;
    private final byte[] scratch = new byte[64 * 1024];

    /**
     * Makes the sink.
     *
     * @param out takes the bytes
     */
    public OutputStreamSink(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(ByteBuffer src) {
        try {
            if (src.hasArray()) {
                out.write(src.array(), src.arrayOffset() + src.position(), src.remaining());
                src.position(src.limit());
            }
            while (src.hasRemaining()) {
                int count = Math.min(scratch.length, src.remaining());
                src.get(scratch, 0, count);
                out.write(scratch, 0, count);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void finish() {
        try {
            out.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void abort(Throwable cause) {}

    @Override
    public void close() {}

    private static StorageException failed(IOException e) {
        return new StorageException(
                ErrorCode.STORAGE_FAILED, "the output stream refused the bytes: " + e.getMessage(), "", e);
    }
}
