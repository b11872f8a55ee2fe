package io.codeb.tck.storage;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Bytes that no key names yet. */
final class InMemoryUpload implements ByteSink {
    private final InMemoryStorage storage;
    private final ObjectKey key;
    private final WriteMode mode;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Instant touched = Instant.now();
    private boolean ended;
    private boolean swept;

    InMemoryUpload(InMemoryStorage storage, ObjectKey key, WriteMode mode) {
        this.storage = storage;
        this.key = key;
        this.mode = mode;
    }

    @Override
    public synchronized void write(ByteBuffer src) {
        requireLive("write");
        byte[] taken = new byte[src.remaining()];
        src.get(taken);
        bytes.writeBytes(taken);
        touched = Instant.now();
    }

    @Override
    public synchronized void finish() {
        requireLive("finish");
        InMemoryObjects.Content content = new InMemoryObjects.Content(bytes.toByteArray());
        end();
        if (mode == WriteMode.REPLACE) {
            storage.objects().visible.put(key, content);
        } else if (storage.objects().visible.putIfAbsent(key, content) != null) {
            throw storage.exists(key);
        }
    }

    @Override
    public synchronized void abort(Throwable cause) {
        end();
    }

    @Override
    public synchronized void close() {
        end();
    }

    synchronized boolean sweepIfNotTouchedSince(Instant before) {
        if (ended || touched.isAfter(before)) {
            return false;
        }
        swept = true;
        end();
        return true;
    }

    ObjectKey key() {
        return key;
    }

    private void end() {
        ended = true;
        bytes.reset();
        storage.objects().uploads.remove(this);
        storage.ended(this);
    }

    private void requireLive(String action) {
        if (swept) {
            throw new StorageException(
                    ErrorCode.STORAGE_FAILED,
                    "cannot " + action + " object " + key + " in storage " + storage.describe() + ": it was swept",
                    "sweep only what is older than the longest upload pauses");
        }
        if (ended) {
            throw new IllegalStateException("the object has been finished or given up");
        }
    }
}
