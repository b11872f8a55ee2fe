package io.codeb.storage.local;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** An object's bytes, as many as it had when it was opened. */
final class LocalSource implements ByteSource {
    private final LocalStorage storage;
    private final ObjectKey key;
    private final FileChannel channel;
    private long remaining;

    LocalSource(LocalStorage storage, ObjectKey key, FileChannel channel, long remaining) {
        this.storage = storage;
        this.key = key;
        this.channel = channel;
        this.remaining = remaining;
    }

    @Override
    public int read(ByteBuffer dst) {
        if (!dst.hasRemaining()) {
            throw new IllegalArgumentException("no room to read into");
        }
        if (remaining == 0) {
            return END;
        }
        int most = (int) Math.min(remaining, dst.isDirect() ? dst.remaining() : LocalUpload.MAX_WRITE_BYTES);
        int limit = dst.limit();
        int count;
        try {
            dst.limit(Math.min(limit, dst.position() + most));
            count = channel.read(dst);
        } catch (IOException e) {
            throw storage.failures().of("read", key, e);
        } finally {
            dst.limit(limit);
        }
        if (count < 0) {
            throw new IntegrityException(
                    ErrorCode.TRUNCATED,
                    "object " + key + " in storage " + storage.describe() + " ended " + remaining
                            + " bytes before the length that it had when it was opened",
                    "something shortened the file while it was read: use another backup");
        }
        remaining -= count;
        return count;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written to it.
        }
        storage.ended(this);
    }
}
