package io.codeb.spi.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file's bytes from where its channel stands, as many as it had when it was opened: a file that grows meanwhile is
 * not read on, and one that shrinks is an error, not an end.
 */
public abstract class FileSource implements ByteSource {
    private static final Logger LOG = LoggerFactory.getLogger(FileSource.class);

    private final FileChannel channel;
    private long remaining;

    /**
     * Makes the source.
     *
     * @param channel stands at the first byte to read; closed with this source
     * @param length how many bytes there are to read, at least 0
     */
    protected FileSource(FileChannel channel, long length) {
        this.channel = channel;
        this.remaining = length;
    }

    /**
     * Says that the file cannot be read.
     *
     * @param e why
     * @return what to throw
     */
    protected abstract RuntimeException unreadable(IOException e);

    /**
     * Says that the file has become shorter since it was opened.
     *
     * @param missing how many of the bytes that it had are not there, at least 1
     * @return what to throw
     */
    protected abstract RuntimeException shortened(long missing);

    @Override
    public int read(ByteBuffer dst) {
        if (!dst.hasRemaining()) {
            throw new IllegalArgumentException("no room to read into");
        }
        if (remaining == 0) {
            return END;
        }
        // Into a buffer on the heap the JVM reads by way of one beside it, which it makes as large as this and keeps.
        int most = (int) Math.min(remaining, dst.isDirect() ? dst.remaining() : Transfer.BUFFER_BYTES);
        int limit = dst.limit();
        int count;
        try {
            dst.limit(Math.min(limit, dst.position() + most));
            count = channel.read(dst);
        } catch (IOException e) {
            throw unreadable(e);
        } finally {
            dst.limit(limit);
        }
        if (count < 0) {
            throw shortened(remaining);
        }
        remaining -= count;
        return count;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("a file that was read did not close cleanly", e);
        }
    }
}
