package io.codeb.tck.storage;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.OpenStreams;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageCapabilities;
import io.codeb.spi.storage.StorageCapabilities.ExclusiveCreate;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Objects in memory, for tests: the contract without a disk. An object is held on the heap, at most 2 GiB. */
public final class InMemoryStorage implements StorageBackend {
    private static final StorageCapabilities CAPABILITIES =
            StorageCapabilities.BASIC.withExclusiveCreate(ExclusiveCreate.ALWAYS);

    private final String description;
    private final InMemoryObjects objects;
    private final OpenStreams streams;

    /** Makes an empty storage that shares nothing with any other. */
    public InMemoryStorage() {
        this("memory:", new InMemoryObjects());
    }

    InMemoryStorage(String description, InMemoryObjects objects) {
        this.description = description;
        this.streams = new OpenStreams(description);
        this.objects = objects;
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    public StorageCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public ByteSink begin(ObjectKey key, WriteMode mode) {
        streams.requireOpen();
        if (mode == WriteMode.CREATE && objects.visible.containsKey(key)) {
            throw exists(key);
        }
        InMemoryUpload upload = new InMemoryUpload(this, key, mode);
        objects.uploads.add(upload);
        return streams.track(upload);
    }

    @Override
    public Optional<StoredObject> stat(ObjectKey key) {
        streams.requireOpen();
        return Optional.ofNullable(objects.visible.get(key)).map(content -> content.describe(key));
    }

    @Override
    public ByteSource open(ObjectKey key, long offset) {
        streams.requireOpen();
        InMemoryObjects.Content content = objects.visible.get(key);
        if (content == null) {
            throw new StorageException(
                    ErrorCode.OBJECT_NOT_FOUND,
                    "there is no object " + key + " in storage " + description,
                    "list the storage to see what is there");
        }
        if (offset < 0 || offset > content.bytes.length) {
            throw new IllegalArgumentException("offset " + offset + " is outside of object " + key);
        }
        return streams.track(new Source(ByteBuffer.wrap(content.bytes).position((int) offset)));
    }

    @Override
    public Stream<StoredObject> list(String prefix) {
        streams.requireOpen();
        String start = startOf(prefix);
        return objects.visible.entrySet().stream()
                .filter(each -> each.getKey().value().startsWith(start))
                .map(each -> each.getValue().describe(each.getKey()));
    }

    @Override
    public List<String> children(String prefix) {
        streams.requireOpen();
        String start = startOf(prefix);
        return objects.visible.keySet().stream()
                .map(ObjectKey::value)
                .filter(key -> key.startsWith(start) && key.indexOf('/', start.length()) >= 0)
                .map(key -> key.substring(start.length(), key.indexOf('/', start.length())))
                .distinct()
                .sorted()
                .toList();
    }

    private static String startOf(String prefix) {
        if (!prefix.isEmpty() && !ObjectKey.isValid(prefix)) {
            throw new IllegalArgumentException("not a prefix of object keys: '" + prefix + "'");
        }
        return prefix.isEmpty() ? "" : prefix + "/";
    }

    @Override
    public void delete(ObjectKey key) {
        streams.requireOpen();
        objects.visible.remove(key);
    }

    @Override
    public List<String> sweep(Duration olderThan) {
        streams.requireOpen();
        Instant before = Instant.now().minus(olderThan);
        List<String> removed = new ArrayList<>();
        for (InMemoryUpload upload : objects.uploads) {
            if (upload.sweepIfNotTouchedSince(before)) {
                removed.add("upload of " + upload.key());
            }
        }
        return removed;
    }

    @Override
    public void close() {
        streams.closeAll();
    }

    InMemoryObjects objects() {
        return objects;
    }

    StorageException exists(ObjectKey key) {
        return new StorageException(
                ErrorCode.OBJECT_EXISTS,
                "there is an object " + key + " in storage " + description + " already",
                "delete it first, or write under another name");
    }

    void ended(AutoCloseable used) {
        streams.ended(used);
    }

    private final class Source implements ByteSource {
        private final ByteBuffer content;
        private volatile boolean closed;

        Source(ByteBuffer content) {
            this.content = content;
        }

        @Override
        public int read(ByteBuffer dst) {
            if (closed) {
                throw new StorageException(
                        ErrorCode.STORAGE_FAILED, "cannot read from storage " + description + ": it was closed", "");
            }
            if (!dst.hasRemaining()) {
                throw new IllegalArgumentException("no room to read into");
            }
            if (!content.hasRemaining()) {
                return END;
            }
            int count = Math.min(dst.remaining(), content.remaining());
            dst.put(content.slice(content.position(), count));
            content.position(content.position() + count);
            return count;
        }

        @Override
        public void close() {
            closed = true;
            ended(this);
        }
    }
}
