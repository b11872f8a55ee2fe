package io.codeb.internal.repository;

import io.codeb.internal.io.DigestSink;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.spi.io.ByteSink;
import java.nio.ByteBuffer;
import java.util.List;

/** An entry on its way into the storage: codecs and digests in one pass. */
public final class EntryWriter implements ByteSink {
    private final String name;
    private final EntryKind kind;
    private final List<String> codecs;
    private final DigestSink raw;
    private final DigestSink stored;

    EntryWriter(String name, EntryKind kind, List<String> codecs, DigestSink raw, DigestSink stored) {
        this.name = name;
        this.kind = kind;
        this.codecs = codecs;
        this.raw = raw;
        this.stored = stored;
    }

    @Override
    public void write(ByteBuffer src) {
        raw.write(src);
    }

    @Override
    public void finish() {
        raw.finish();
    }

    @Override
    public void abort(Throwable cause) {
        raw.abort(cause);
    }

    @Override
    public void close() {
        raw.close();
    }

    /**
     * How many plain bytes have passed so far.
     *
     * @return at least 0
     */
    public long rawSize() {
        return raw.size();
    }

    /**
     * What the manifest records of the entry; only once it is finished.
     *
     * @return the entry
     */
    public Entry entry() {
        if (stored.sha256().isEmpty()) {
            throw new IllegalStateException("entry " + name + " is not finished");
        }
        return new Entry(name, kind, codecs, raw.size(), raw.sha256(), stored.size(), stored.sha256());
    }
}
