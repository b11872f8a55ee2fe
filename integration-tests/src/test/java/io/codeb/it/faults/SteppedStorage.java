package io.codeb.it.faults;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.it.Installed;
import io.codeb.it.faults.Blow.Side;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageCapabilities;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A storage whose calls are steps of a course, {@code stepped:local:/…} for {@code local:/…}: each before it takes
 * effect, and what changes something once more behind it.
 */
final class SteppedStorage implements StorageBackend {
    /** What stands in front of the other storage's location. */
    static final String STEPPED = "stepped:";

    private final StorageBackend storage;
    private final Course course;

    private SteppedStorage(StorageBackend storage, Course course) {
        this.storage = storage;
        this.course = course;
    }

    /** Makes such storages. */
    record Provider(Course course) implements StorageProvider {
        @Override
        public String id() {
            return STEPPED.substring(0, STEPPED.length() - 1);
        }

        @Override
        public StorageBackend create(ProviderConfig config) {
            return new SteppedStorage(Installed.storageBehind(config), course);
        }
    }

    private void pass() {
        if (course.pass(Side.STORAGE)) {
            throw new StorageException(ErrorCode.STORAGE_FAILED, "the storage is cut, on purpose", "it is a test");
        }
    }

    private <T> T asked(Supplier<T> call) {
        pass();
        return call.get();
    }

    private void done(Runnable call) {
        pass();
        call.run();
        pass();
    }

    @Override
    public String describe() {
        return storage.describe();
    }

    @Override
    public StorageCapabilities capabilities() {
        return storage.capabilities();
    }

    @Override
    public OptionalLong freeBytes() {
        return storage.freeBytes();
    }

    @Override
    public ByteSink begin(ObjectKey key, WriteMode mode) {
        ByteSink sink = asked(() -> storage.begin(key, mode));
        return new ByteSink() {
            @Override
            public void write(ByteBuffer src) {
                pass();
                sink.write(src);
            }

            @Override
            public void finish() {
                done(sink::finish);
            }

            @Override
            public void abort(Throwable cause) {
                sink.abort(cause);
            }

            @Override
            public void close() {
                sink.close();
            }
        };
    }

    @Override
    public void put(ObjectKey key, WriteMode mode, byte[] content) {
        done(() -> storage.put(key, mode, content));
    }

    @Override
    public Optional<StoredObject> stat(ObjectKey key) {
        return asked(() -> storage.stat(key));
    }

    @Override
    public ByteSource open(ObjectKey key, long offset) {
        ByteSource source = asked(() -> storage.open(key, offset));
        return new ByteSource() {
            @Override
            public int read(ByteBuffer dst) {
                return asked(() -> source.read(dst));
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    @Override
    public Stream<StoredObject> list(String prefix) {
        return asked(() -> storage.list(prefix));
    }

    @Override
    public List<String> children(String prefix) {
        return asked(() -> storage.children(prefix));
    }

    @Override
    public void delete(ObjectKey key) {
        done(() -> storage.delete(key));
    }

    @Override
    public List<String> sweep(Duration olderThan) {
        return asked(() -> storage.sweep(olderThan));
    }

    @Override
    public void close() {
        storage.close();
    }
}
