package io.codeb.internal.service;

import io.codeb.RestoreRequest.ForeignDump;
import io.codeb.internal.io.ReadAheadSource;
import io.codeb.internal.repository.BackupReader;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Codecs;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/** A dump that counts what is read of it, and reads ahead of the engine. */
final class CountedInput implements RestoreInput {
    private final List<EntryFacts> entries;
    private final Function<EntryFacts, ByteSource> opener;
    private final boolean opensAgain;
    private final RunScope run;
    private final Map<String, AtomicLong> bytes = new ConcurrentHashMap<>();
    private volatile Consumer<String> decision = step -> {};

    private CountedInput(
            List<EntryFacts> entries, Function<EntryFacts, ByteSource> opener, boolean opensAgain, RunScope run) {
        this.entries = List.copyOf(entries);
        this.opener = opener;
        this.opensAgain = opensAgain;
        this.run = run;
    }

    /** The entries of a backup, whose key is here. */
    static CountedInput of(BackupStore store, Manifest manifest, RunScope run) {
        BackupReader reader = store.reader(manifest);
        reader.unlock();
        return new CountedInput(
                manifest.entries().stream().map(EntryFacts::of).toList(),
                facts -> reader.open(named(manifest, facts.name())),
                false,
                run);
    }

    private static Entry named(Manifest manifest, String name) {
        return manifest.entries().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** A dump that CodeB did not write. */
    static CountedInput of(ForeignDump dump, Codecs codecs, RunScope run) {
        return new CountedInput(
                List.of(EntryFacts.of(dump.name(), EntryKind.DUMP)),
                facts -> ForeignDumpSource.open(dump, codecs),
                dump.opensAgain(),
                run);
    }

    @Override
    public List<EntryFacts> entries() {
        return entries;
    }

    @Override
    public ByteSource open(EntryFacts entry) {
        if (!entries.contains(entry)) {
            throw new IllegalArgumentException("there is no entry " + entry.name());
        }
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
        run.progress(entry.name(), count == null ? 0 : count.get(), -1, entry.size(), rows);
    }

    /** Says who hears of the last step. */
    void whenDeciding(Consumer<String> hearer) {
        decision = hearer;
    }

    @Override
    public void deciding(String step) {
        decision.accept(step);
    }

    /** How many plain bytes were read. */
    long bytes() {
        return bytes.values().stream().mapToLong(AtomicLong::get).sum();
    }
}
