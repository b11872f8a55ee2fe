package io.codeb.internal.repository;

import io.codeb.internal.io.DigestSink;
import io.codeb.model.Entry;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import java.nio.ByteBuffer;
import java.util.List;

/** An entry on its way into the storage: codecs and digests in one pass. */
final class EntryWriter implements EntrySink {
    private final String name;
    private final EntrySpec spec;
    private final List<String> codecs;
    private final DigestSink raw;
    private final DigestSink stored;
    private final EntryProgress progress;
    private volatile boolean ending;
    private volatile boolean givenUp;

    EntryWriter(
            String name,
            EntrySpec spec,
            List<String> codecs,
            DigestSink raw,
            DigestSink stored,
            EntryProgress progress) {
        this.name = name;
        this.spec = spec;
        this.codecs = codecs;
        this.raw = raw;
        this.stored = stored;
        this.progress = progress;
    }

    @Override
    public void write(ByteBuffer src) {
        raw.write(src);
    }

    @Override
    public void finish() {
        ending = true;
        raw.finish();
    }

    @Override
    public void abort(Throwable cause) {
        raw.abort(cause);
        givenUp = !ending;
    }

    @Override
    public void close() {
        raw.close();
        givenUp = !ending;
    }

    /** The name that it is stored under, with the codecs' extensions. */
    String storedName() {
        return name;
    }

    /** Whether it was ended before anything could become visible of it, so that its name is free. */
    boolean isGivenUp() {
        return givenUp;
    }

    @Override
    public void rows(long rows) {
        // Who has outgrown an estimate shows that it was none.
        long expected = raw.size() > spec.expectedSize() ? -1 : spec.expectedSize();
        progress.entryGrew(spec.name(), raw.size(), stored.size(), expected, rows);
    }

    /** What the manifest records of the entry; only once it is finished. */
    Entry entry() {
        if (stored.sha256().isEmpty()) {
            throw new IllegalStateException("entry " + name + " is not finished");
        }
        return new Entry(
                name, spec.kind(), spec.attributes(), codecs, raw.size(), raw.sha256(), stored.size(), stored.sha256());
    }
}
