package io.codeb.spi.engine;

import io.codeb.model.EntryKind;
import io.codeb.spi.io.ByteSink;

/** Where a dump's entries go. */
public interface DumpOutput {
    /**
     * Opens an entry. Its {@code finish()} makes it durable.
     *
     * @param name its name before the codecs add their extensions, for example {@code dump.sql}
     * @param kind what it is for
     * @return takes the plain bytes
     */
    ByteSink entry(String name, EntryKind kind);

    /**
     * Tells how many rows an entry holds so far. Cheap; call it as often as is handy.
     *
     * @param name the entry
     * @param rows the count so far
     */
    void progress(String name, long rows);
}
