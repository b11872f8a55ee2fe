package io.codeb.tck.fault;

import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageCapabilities;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A storage whose calls go wrong as planned; what no fault strikes goes to the storage underneath. Thread-safe.
 *
 * <pre>{@code
 * StorageBackend storage = FaultyStorage.around(new InMemoryStorage())
 *         .with(StorageFault.fail(StorageCall.FINISH).ofName("manifest.json"))
 *         .with(StorageFault.flipReadAt(1_000, 3).always());
 * }</pre>
 *
 * <p>To fail at each call of a run in turn, plan {@code StorageFault.failAny().atCall(n)} for n from 1 until a run ends
 * with {@link #strikes()} at 0. Closing is never struck.
 */
public final class FaultyStorage implements StorageBackend {
    private final StorageBackend storage;
    private final List<Armed> faults = new ArrayList<>();
    private @Nullable Random dice;
    private OptionalLong freeBytes = OptionalLong.empty();
    private int oneIn;
    private int calls;
    private int strikes;

    private FaultyStorage(StorageBackend storage) {
        this.storage = storage;
    }

    /**
     * Wraps a storage.
     *
     * @param storage closed with the wrapper
     * @return a storage without faults as yet
     */
    public static FaultyStorage around(StorageBackend storage) {
        return new FaultyStorage(storage);
    }

    /**
     * Plans a fault. Its calls are counted from now on.
     *
     * @param fault what goes wrong
     * @return this
     */
    public synchronized FaultyStorage with(StorageFault fault) {
        faults.add(new Armed(fault));
        return this;
    }

    /**
     * Lets calls of every kind fail at random before they take effect.
     *
     * @param seed equal seeds and calls fail equally
     * @param oneIn how many calls there are to one that fails, on average
     * @return this
     */
    public synchronized FaultyStorage withRandomFailures(long seed, int oneIn) {
        this.dice = new Random(seed);
        this.oneIn = oneIn;
        return this;
    }

    /** Drops all faults that are planned. */
    public synchronized void heal() {
        faults.clear();
        dice = null;
    }

    /**
     * How many calls there were.
     *
     * @return of every kind but closing
     */
    public synchronized int calls() {
        return calls;
    }

    /**
     * How often a fault struck.
     *
     * @return the sum over all faults
     */
    public synchronized int strikes() {
        return strikes;
    }

    @Override
    public String describe() {
        return storage.describe();
    }

    @Override
    public StorageCapabilities capabilities() {
        return storage.capabilities();
    }

    /**
     * Makes it say how much room it has, whatever the storage inside says.
     *
     * @param bytes how much
     * @return this
     */
    public synchronized FaultyStorage withFreeBytes(long bytes) {
        this.freeBytes = OptionalLong.of(bytes);
        return this;
    }

    @Override
    public synchronized OptionalLong freeBytes() {
        return freeBytes.isPresent() ? freeBytes : storage.freeBytes();
    }

    @Override
    public ByteSink begin(ObjectKey key, WriteMode mode) {
        List<StorageFault> due = due(StorageCall.BEGIN, key);
        return struck(due, () -> new FaultySink(key, storage.begin(key, mode), lowestOffset(due)));
    }

    @Override
    public Optional<StoredObject> stat(ObjectKey key) {
        return struck(due(StorageCall.STAT, key), () -> storage.stat(key));
    }

    @Override
    public ByteSource open(ObjectKey key, long offset) {
        List<StorageFault> due = due(StorageCall.OPEN, key);
        return struck(due, () -> new FaultySource(key, storage.open(key, offset), offset, due));
    }

    @Override
    public Stream<StoredObject> list(String prefix) {
        return struck(due(StorageCall.LIST, null), () -> storage.list(prefix));
    }

    @Override
    public List<String> children(String prefix) {
        return struck(due(StorageCall.CHILDREN, null), () -> storage.children(prefix));
    }

    @Override
    public void delete(ObjectKey key) {
        struck(due(StorageCall.DELETE, key), () -> storage.delete(key));
    }

    @Override
    public List<String> sweep(Duration olderThan) {
        return struck(due(StorageCall.SWEEP, null), () -> storage.sweep(olderThan));
    }

    @Override
    public void close() {
        storage.close();
    }

    /** Counts a call and answers which faults strike it. */
    private synchronized List<StorageFault> due(StorageCall call, @Nullable ObjectKey key) {
        calls++;
        List<StorageFault> due = new ArrayList<>();
        for (Armed armed : faults) {
            if (armed.strikes(call, key)) {
                due.add(armed.fault);
            }
        }
        if (dice != null && dice.nextInt(oneIn) == 0) {
            due.add(StorageFault.fail(call));
        }
        strikes += due.size();
        return due;
    }

    private static <T> T struck(List<StorageFault> due, Supplier<T> call) {
        for (StorageFault fault : due) {
            if (fault.kind == StorageFault.Kind.BLOCK && fault.blockade != null) {
                fault.blockade.hold();
            } else if (fault.kind == StorageFault.Kind.BEFORE) {
                throw fault.failure();
            }
        }
        T answer = call.get();
        for (StorageFault fault : due) {
            if (fault.kind == StorageFault.Kind.AFTER) {
                closeIfOpened(answer);
                throw fault.failure();
            }
        }
        return answer;
    }

    private static void struck(List<StorageFault> due, Runnable call) {
        Object unused = struck(due, () -> {
            call.run();
            return due;
        });
    }

    private static void closeIfOpened(Object answer) {
        if (answer instanceof ByteSink sink) {
            sink.close();
        } else if (answer instanceof ByteSource source) {
            source.close();
        }
    }

    private static @Nullable StorageFault lowestOffset(List<StorageFault> due) {
        StorageFault lowest = null;
        for (StorageFault fault : due) {
            if (fault.kind == StorageFault.Kind.WRITE_AT && (lowest == null || fault.offset < lowest.offset)) {
                lowest = fault;
            }
        }
        return lowest;
    }

    private static final class Armed {
        private final StorageFault fault;
        private int seen;

        Armed(StorageFault fault) {
            this.fault = fault;
        }

        boolean strikes(StorageCall call, @Nullable ObjectKey key) {
            if (!fault.matches(call, key)) {
                return false;
            }
            seen++;
            return seen >= fault.first && seen <= fault.last;
        }
    }

    private final class FaultySink implements ByteSink {
        private final ObjectKey key;
        private final ByteSink sink;
        private final @Nullable StorageFault limit;
        private long written;

        FaultySink(ObjectKey key, ByteSink sink, @Nullable StorageFault limit) {
            this.key = key;
            this.sink = sink;
            this.limit = limit;
        }

        @Override
        public void write(ByteBuffer src) {
            struck(due(StorageCall.WRITE, key), () -> writeUpToTheLimit(src));
        }

        private void writeUpToTheLimit(ByteBuffer src) {
            int taken = src.remaining();
            if (limit == null || written + taken <= limit.offset) {
                sink.write(src);
                written += taken;
                return;
            }
            int room = (int) (limit.offset - written);
            sink.write(src.slice(src.position(), room));
            src.position(src.position() + room);
            written += room;
            throw limit.failure();
        }

        @Override
        public void finish() {
            struck(due(StorageCall.FINISH, key), sink::finish);
        }

        @Override
        public void abort(Throwable cause) {
            sink.abort(cause);
        }

        @Override
        public void close() {
            sink.close();
        }
    }

    private final class FaultySource implements ByteSource {
        private final ObjectKey key;
        private final ByteSource source;
        private final List<StorageFault> faults;
        private long position;

        FaultySource(ObjectKey key, ByteSource source, long offset, List<StorageFault> faults) {
            this.key = key;
            this.source = source;
            this.position = offset;
            this.faults = faults;
        }

        @Override
        public int read(ByteBuffer dst) {
            return struck(due(StorageCall.READ, key), () -> readWithFaults(dst));
        }

        private int readWithFaults(ByteBuffer dst) {
            long room = dst.remaining();
            for (StorageFault fault : faults) {
                if (fault.kind == StorageFault.Kind.CUT_AT) {
                    room = Math.min(room, Math.max(0, fault.offset - position));
                }
            }
            if (room == 0) {
                return END;
            }
            int start = dst.position();
            int limit = dst.limit();
            int count;
            try {
                count = source.read(dst.limit(start + (int) room));
            } finally {
                dst.limit(limit);
            }
            for (StorageFault fault : faults) {
                long at = fault.offset - position;
                if (fault.kind == StorageFault.Kind.FLIP_AT && at >= 0 && at < count) {
                    int index = start + (int) at;
                    dst.put(index, (byte) (dst.get(index) ^ (1 << fault.bit)));
                }
            }
            position += Math.max(0, count);
            return count;
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
