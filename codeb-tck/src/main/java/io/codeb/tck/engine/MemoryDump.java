package io.codeb.tck.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.EntryKind;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.tck.io.RecordingSink;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A dump's entries in memory, for tests of engines. Thread-safe. */
public final class MemoryDump implements DumpOutput {
    private final Map<String, Captured> entries = new ConcurrentSkipListMap<>();
    private final Supplier<RecordingSink> sinks;
    private final Runnable atFirstByte;
    private final AtomicBoolean begun = new AtomicBoolean();

    private record Captured(EntryKind kind, RecordingSink sink) {}

    private MemoryDump(Supplier<RecordingSink> sinks, Runnable atFirstByte) {
        this.sinks = sinks;
        this.atFirstByte = atFirstByte;
    }

    /**
     * Takes everything.
     *
     * @return a dump without entries as yet
     */
    public static MemoryDump taking() {
        return new MemoryDump(RecordingSink::new, () -> {});
    }

    /**
     * Takes so many bytes of an entry and fails then.
     *
     * @param bytes how many of each entry
     * @param failure what is thrown then
     * @return a dump without entries as yet
     */
    public static MemoryDump failingAfter(long bytes, RuntimeException failure) {
        return new MemoryDump(() -> RecordingSink.failingAfter(bytes, failure), () -> {});
    }

    /**
     * Takes everything, and does something else when the first bytes come.
     *
     * @param action what to do, once
     * @return a dump without entries as yet
     */
    public static MemoryDump doingAtFirstByte(Runnable action) {
        return new MemoryDump(RecordingSink::new, action);
    }

    @Override
    public EntrySink open(EntrySpec entry) {
        RecordingSink sink = sinks.get();
        assertThat(entries.put(entry.name(), new Captured(entry.kind(), sink)))
                .as("an entry of the same name, %s", entry.name())
                .isNull();
        return new Announcing(sink);
    }

    /**
     * What the entries are for.
     *
     * @return in the order of their names
     */
    public List<EntryKind> kinds() {
        return entries.values().stream().map(Captured::kind).toList();
    }

    /**
     * The bytes of the one entry of a kind.
     *
     * @param kind which
     * @return what was written to it so far
     */
    public byte[] bytes(EntryKind kind) {
        List<Captured> found =
                entries.values().stream().filter(entry -> entry.kind() == kind).toList();
        assertThat(found).as("entries of the kind %s", kind).hasSize(1);
        return found.get(0).sink().bytes();
    }

    /** Fails the test unless there are entries and all of them are whole. */
    public void requireAllFinished() {
        assertThat(entries).isNotEmpty().allSatisfy((name, entry) -> {
            assertThat(entry.sink().isFinished()).as("%s is finished", name).isTrue();
            assertThat(entry.sink().isClosed()).as("%s is closed", name).isTrue();
        });
    }

    /** Fails the test unless every entry that was begun was given up. */
    public void requireNoneFinished() {
        assertThat(entries).allSatisfy((name, entry) -> {
            assertThat(entry.sink().isFinished()).as("%s is finished", name).isFalse();
            assertThat(entry.sink().abortCause()).as("why %s was aborted", name).isPresent();
            assertThat(entry.sink().isClosed()).as("%s is closed", name).isTrue();
        });
    }

    /** Tells when the first bytes come. */
    private final class Announcing implements EntrySink {
        private final RecordingSink sink;
        private long rows;

        private Announcing(RecordingSink sink) {
            this.sink = sink;
        }

        @Override
        public void write(ByteBuffer src) {
            if (begun.compareAndSet(false, true)) {
                atFirstByte.run();
            }
            sink.write(src);
        }

        @Override
        public void rows(long count) {
            assertThat(count).as("rows so far").isGreaterThanOrEqualTo(rows);
            rows = count;
        }

        @Override
        public void finish() {
            sink.finish();
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
}
