package io.codeb.tck.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.EntryKind;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.io.ByteSource;
import io.codeb.tck.io.BytesSource;
import io.codeb.tck.io.RecordingSink;
import java.nio.ByteBuffer;
import java.util.Arrays;
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

    private record Captured(EntrySpec spec, RecordingSink sink) {}

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
        assertThat(entries.put(entry.name(), new Captured(entry, sink)))
                .as("an entry of the same name, %s", entry.name())
                .isNull();
        return new Announcing(sink);
    }

    @Override
    public void startOver() {
        entries.clear();
    }

    /**
     * What the entries are for.
     *
     * @return in the order of their names
     */
    public List<EntryKind> kinds() {
        return entries.values().stream().map(entry -> entry.spec().kind()).toList();
    }

    /**
     * The bytes of the one entry of a kind.
     *
     * @param kind which
     * @return what was written to it so far
     */
    public byte[] bytes(EntryKind kind) {
        List<Captured> found = entries.values().stream()
                .filter(entry -> entry.spec().kind() == kind)
                .toList();
        assertThat(found).as("entries of the kind %s", kind).hasSize(1);
        return found.get(0).sink().bytes();
    }

    /**
     * All of the dump, to be read back as often as is liked, by many threads.
     *
     * @return an input with the attributes that the entries were opened with
     */
    public RestoreInput asInput() {
        return input("", 0);
    }

    /**
     * The dump with an entry whose stream is known to be cut: reading on fails.
     *
     * @param entry its name
     * @param length how many of its bytes are left
     * @return an input
     */
    public RestoreInput cutAt(String entry, int length) {
        assertThat(entries).containsKey(entry);
        return input(entry, length);
    }

    private RestoreInput input(String cut, int length) {
        List<EntryFacts> facts = entries.values().stream()
                .map(entry -> new EntryFacts(
                        entry.spec().name(),
                        entry.spec().kind(),
                        entry.spec().attributes(),
                        entry.sink().bytes().length))
                .toList();
        return new RestoreInput() {
            @Override
            public List<EntryFacts> entries() {
                return facts;
            }

            @Override
            public ByteSource open(EntryFacts entry) {
                assertThat(facts).contains(entry);
                byte[] bytes = MemoryDump.this.bytes(entry.name());
                return entry.name().equals(cut)
                        ? BytesSource.of(Arrays.copyOf(bytes, length))
                                .thenFailing(new IntegrityException(
                                        ErrorCode.TRUNCATED, "the stream was cut", "try another copy"))
                        : BytesSource.of(bytes);
            }

            @Override
            public void progress(EntryFacts entry, long rows) {
                assertThat(facts).contains(entry);
            }
        };
    }

    private byte[] bytes(String entry) {
        Captured captured = entries.get(entry);
        if (captured == null) {
            throw new AssertionError("there is no entry " + entry);
        }
        return captured.sink().bytes();
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
