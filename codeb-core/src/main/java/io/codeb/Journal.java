package io.codeb;

import java.util.Map;

/**
 * Notes of an operation that is made of several others, kept in the first repository, so that whoever comes after a
 * crash knows how far it was. Who has it open is the only one who does; the next one finds what the last has left.
 * Thread-safe. Opened by {@link CodeB#openJournal(String, String)}.
 */
public interface Journal extends AutoCloseable {
    /** How much one note may hold, in bytes of JSON. */
    int MAX_BYTES = 4 * 1024;

    /**
     * What there was when it was opened: the last note of somebody who has died, or has let it be.
     *
     * @return texts by name; empty where nothing was left
     */
    Map<String, String> left();

    /**
     * Notes how far it is. When this returns the note is durable, in the place of the one before; when it throws, the
     * next step is not to be taken.
     *
     * @param state texts by name, no secrets; at most {@value #MAX_BYTES} bytes of JSON in all,
     *     with the signature where the repository signs
     * @throws IllegalArgumentException when it is more
     * @throws io.codeb.error.LockedException when somebody else has it open, because this process was stopped for too
     *     long
     * @throws io.codeb.error.StorageException when it is not noted
     */
    void note(Map<String, String> state);

    /**
     * Says that all is done: the next one finds nothing.
     *
     * @throws io.codeb.error.LockedException when somebody else has it open
     * @throws io.codeb.error.StorageException when it is not noted
     */
    void clear();

    /** Lets the next one open it. What was noted and not cleared stays. Idempotent, never throws. */
    @Override
    void close();
}
