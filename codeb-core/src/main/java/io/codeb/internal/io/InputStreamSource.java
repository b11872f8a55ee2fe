package io.codeb.internal.io;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream of the caller's. Its end is taken for the end: what it holds must prove itself. */
public final class InputStreamSource implements ByteSource {
    private static final Logger LOG = LoggerFactory.getLogger(InputStreamSource.class);

    private final InputStream in;
    private final String name;
    private final byte[] scratch = new byte[64 * 1024];

    /**
     * Makes the source.
     *
     * @param in where the bytes come from; closed with this source
     * @param name names the stream in messages
     */
    public InputStreamSource(InputStream in, String name) {
        this.in = in;
        this.name = name;
    }

    @Override
    public int read(ByteBuffer dst) {
        try {
            if (dst.hasArray()) {
                int count = in.read(dst.array(), dst.arrayOffset() + dst.position(), dst.remaining());
                if (count > 0) {
                    dst.position(dst.position() + count);
                }
                return count;
            }
            int count = in.read(scratch, 0, Math.min(scratch.length, dst.remaining()));
            if (count > 0) {
                dst.put(scratch, 0, count);
            }
            return count;
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.STORAGE_FAILED, name + " cannot be read: " + e.getMessage(), "check the file", e);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            LOG.debug("{} did not close cleanly", name, e);
        }
    }
}
