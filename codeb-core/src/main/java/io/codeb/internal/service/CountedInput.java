package io.codeb.internal.service;

import io.codeb.RestoreRequest.ForeignDump;
import io.codeb.internal.io.Bandwidth;
import io.codeb.internal.io.ReadAheadSource;
import io.codeb.internal.repository.BackupReader;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Codecs;
import io.codeb.model.Cancellation;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreCheck;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSource;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;

/** A dump that counts what is read of it, and reads ahead of the engine. */
final class CountedInput implements RestoreInput {
    /** What goes into the database; the rest is compared with it, or for people. */
    private static final Set<EntryKind> LOADED = EnumSet.of(EntryKind.DUMP, EntryKind.ARCHIVE, EntryKind.PIECE);

    private final List<EntryFacts> entries;
    private final Function<EntryFacts, ByteSource> opener;
    private final boolean opensAgain;
    private final Progress progress;
    private final Map<String, AtomicLong> bytes = new ConcurrentHashMap<>();
    private volatile Consumer<String> decision = step -> {};
    private volatile Consumer<String> stages = name -> {};
    private volatile Consumer<RestoreCheck> gate = check -> {};
    private volatile ObjLongConsumer<Cancellation> toll = (reader, read) -> {};
    private volatile Cancellation run = new Cancellation();
    private boolean checked;

    /** Hears how far an entry is. */
    interface Progress {
        void told(String entry, long bytes, long storedBytes, long totalBytes, long rows);
    }

    private CountedInput(
            List<EntryFacts> entries, Function<EntryFacts, ByteSource> opener, boolean opensAgain, Progress progress) {
        this.entries = List.copyOf(entries);
        this.opener = opener;
        this.opensAgain = opensAgain;
        this.progress = progress;
    }

    /** The entries of a backup, whose key is here. */
    static CountedInput of(BackupStore store, Manifest manifest, Progress progress) {
        BackupReader reader = store.reader(manifest);
        reader.unlock();
        return new CountedInput(
                manifest.entries().stream().map(EntryFacts::of).toList(),
                facts -> reader.open(named(manifest, facts.name())),
                false,
                progress);
    }

    private static Entry named(Manifest manifest, String name) {
        return manifest.entries().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** A dump that CodeB did not write. */
    static CountedInput of(ForeignDump dump, long atMost, Codecs codecs, Progress progress) {
        return new CountedInput(
                List.of(EntryFacts.of(dump.name(), EntryKind.DUMP)),
                facts -> ForeignDumpSource.open(dump, codecs, atMost),
                dump.opensAgain(),
                progress);
    }

    @Override
    public List<EntryFacts> entries() {
        return entries;
    }

    @Override
    public ByteSource open(EntryFacts entry) {
        return open(entry, run);
    }

    @Override
    public ByteSource open(EntryFacts entry, Cancellation reader) {
        if (!entries.contains(entry)) {
            throw new IllegalArgumentException("there is no entry " + entry.name());
        }
        requireChecked();
        // Reading, proving and decoding need not wait for the engine, nor the engine for them.
        ByteSource source = new ReadAheadSource(opener.apply(entry), entry.name());
        AtomicLong count = new AtomicLong();
        // An entry that is opened again is counted once.
        bytes.put(entry.name(), count);
        return new FilterSource(source) {
            @Override
            protected int supply(ByteBuffer dst) {
                int some = upstream().read(dst);
                if (some != END) {
                    count.addAndGet(some);
                    toll.accept(reader, some);
                }
                return some;
            }
        };
    }

    @Override
    public boolean opensAgain() {
        return opensAgain;
    }

    @Override
    public void progress(EntryFacts entry, long rows) {
        AtomicLong count = bytes.get(entry.name());
        progress.told(entry.name(), count == null ? 0 : count.get(), -1, entry.size(), rows);
    }

    /** Says who hears what the engine has found, and lets it go on or not. */
    void whenChecked(Consumer<RestoreCheck> hearer) {
        gate = hearer;
    }

    /** An engine that looks at nothing keeps nobody from looking at the rest. */
    private synchronized void requireChecked() {
        if (!checked) {
            checked(RestoreCheck.of(List.of()));
        }
    }

    @Override
    public synchronized void checked(RestoreCheck check) {
        checked = true;
        gate.accept(check);
    }

    /**
     * Lets the engine have no more bytes in a second than it may, of all entries together.
     *
     * @param cancellation ends pauses of whoever brings none of its own
     */
    void limit(Bandwidth bandwidth, Cancellation cancellation) {
        run = cancellation;
        toll = (reader, bytes) -> bandwidth.take(bytes, reader);
    }

    /** Says who hears what the engine does when all is read. */
    void whenAtStage(Consumer<String> hearer) {
        stages = hearer;
    }

    @Override
    public void stage(String name) {
        stages.accept(name);
    }

    /** Says who hears of the last step. */
    void whenDeciding(Consumer<String> hearer) {
        decision = hearer;
    }

    @Override
    public void deciding(String step) {
        decision.accept(step);
    }

    /** How many plain bytes are loaded of it in the end; -1 where nobody knows. */
    long size() {
        long size = 0;
        for (EntryFacts entry : entries) {
            if (entry.size() < 0) {
                return -1;
            }
            size += LOADED.contains(entry.kind()) ? entry.size() : 0;
        }
        return size;
    }

    /** How many plain bytes were read. */
    long bytes() {
        return bytes.values().stream().mapToLong(AtomicLong::get).sum();
    }
}
