package io.codeb.storage.local;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.spi.io.FileSource;
import io.codeb.spi.storage.ObjectKey;
import java.io.IOException;
import java.nio.channels.FileChannel;

/** An object's bytes. */
final class LocalSource extends FileSource {
    private final LocalStorage storage;
    private final ObjectKey key;

    LocalSource(LocalStorage storage, ObjectKey key, FileChannel channel, long length) {
        super(channel, length);
        this.storage = storage;
        this.key = key;
    }

    @Override
    protected RuntimeException unreadable(IOException e) {
        return storage.failures().of("read", key, e);
    }

    @Override
    protected RuntimeException shortened(long missing) {
        return new IntegrityException(
                ErrorCode.TRUNCATED,
                "object " + key + " in storage " + storage.describe() + " ended " + missing
                        + " bytes before the length that it had when it was opened",
                "something shortened the file while it was read: use another backup");
    }

    @Override
    public void close() {
        super.close();
        storage.ended(this);
    }
}
