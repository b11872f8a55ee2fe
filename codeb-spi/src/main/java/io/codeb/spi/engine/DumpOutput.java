package io.codeb.spi.engine;

import io.codeb.model.Cancellation;

/**
 * Where a dump's entries go. Thread-safe: several threads may each write an entry at the same time. All of them have
 * ended when {@link DatabaseEngine#dump} returns or throws.
 */
public interface DumpOutput {
    /**
     * Takes what the engine has found, in the look that it takes at the database anyway. An engine that can look says
     * it before it opens the first entry, and again when it looks again.
     *
     * @param check what {@link DatabaseEngine#checkDump} would answer now
     * @throws io.codeb.error.CheckFailedException when the dump shall not be made, which the engine lets pass
     */
    default void checked(DumpCheck check) {}

    /**
     * Opens an entry. One that was aborted, or closed, before anybody tried to finish it can be opened again.
     *
     * @param entry its name, which no other entry of the dump has, and what it is for
     * @return takes the plain bytes, to be closed
     */
    EntrySink open(EntrySpec entry);

    /**
     * The same for one of several writers, of which the first that fails cancels the others.
     *
     * @param entry its name, which no other entry of the dump has, and what it is for
     * @param cancellation ends what a write waits for; cancelled by whoever has cancelled the dump, too
     * @return takes the plain bytes, to be closed
     */
    default EntrySink open(EntrySpec entry, Cancellation cancellation) {
        return open(entry);
    }

    /**
     * Takes back all entries, finished ones too, for a dump that is begun again: none of them is in the backup, and
     * their names are free. Called while no entry is open.
     *
     * @throws io.codeb.error.StorageException when what was written cannot be removed; the dump has failed then
     */
    void startOver();
}
