package io.codeb.spi.engine;

/**
 * Where a dump's entries go. Thread-safe: several threads may each write an entry at the same time. All of them have
 * ended when {@link DatabaseEngine#dump} returns or throws.
 */
public interface DumpOutput {
    /**
     * Opens an entry.
     *
     * @param entry its name, which no other entry of the dump has, and what it is for
     * @return takes the plain bytes, to be closed
     */
    EntrySink open(EntrySpec entry);
}
