package io.codeb.internal.repository;

import io.codeb.internal.io.DigestSink;
import io.codeb.model.Entry;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry on its way into the storage: codecs and digests in one pass.
 *
 * <p>A backup keeps its writers to its end, and may have thousands of them, while the sinks of one have some MiB of
 * buffers: with its end, a writer lets go of them.
 */
final class EntryWriter implements EntrySink {
    private final String name;
    private final EntrySpec spec;
    private final List<String> codecs;
    private final EntryProgress progress;
    private volatile @Nullable Sinks sinks;
    private volatile @Nullable Entry entry;
    private volatile boolean ending;
    private volatile boolean givenUp;

    /** Where plain bytes go in, and what counts those that are stored: the same where nothing encodes. */
    private record Sinks(DigestSink raw, DigestSink stored) {}

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
        this.sinks = new Sinks(raw, stored);
        this.progress = progress;
    }

    @Override
    public void write(ByteBuffer src) {
        open().raw().write(src);
    }

    @Override
    public void finish() {
        Sinks open = open();
        ending = true;
        DigestSink raw = open.raw();
        DigestSink stored = open.stored();
        raw.finish();
        entry = new Entry(
                name, spec.kind(), spec.attributes(), codecs, raw.size(), raw.sha256(), stored.size(), stored.sha256());
        close();
    }

    @Override
    public void abort(Throwable cause) {
        Sinks open = sinks;
        if (open != null) {
            open.raw().abort(cause);
            givenUp = !ending;
        }
    }

    @Override
    public void close() {
        Sinks open = sinks;
        if (open != null) {
            open.raw().close();
            givenUp = !ending;
            sinks = null;
        }
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
        Sinks open = sinks;
        if (open == null) {
            return;
        }
        long size = open.raw().size();
        // Who has outgrown an estimate shows that it was none.
        long expected = size > spec.expectedSize() ? -1 : spec.expectedSize();
        progress.entryGrew(spec.name(), size, open.stored().size(), expected, rows);
    }

    /** What the manifest records of the entry; only once it is finished. */
    Entry entry() {
        Entry finished = entry;
        if (finished == null) {
            throw new IllegalStateException("entry " + name + " is not finished");
        }
        return finished;
    }

    private Sinks open() {
        Sinks open = sinks;
        if (open == null) {
            throw new IllegalStateException("entry " + name + " has ended");
        }
        return open;
    }
}
