package io.codeb.spi.storage;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sinks and sources of a storage that are open, for the implementation of {@link StorageBackend}: what is open when
 * the storage is closed is closed too, and what is opened meanwhile is refused. Thread-safe.
 */
public final class OpenStreams {
    private static final Logger LOG = LoggerFactory.getLogger(OpenStreams.class);

    private final String storage;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Those of one storage.
     *
     * @param storage what it is called in messages, as {@link StorageBackend#describe()} has it
     */
    public OpenStreams(String storage) {
        this.storage = storage;
    }

    /**
     * Refuses to go on with a storage that is closed.
     *
     * @throws IllegalStateException when {@link #closeAll()} was called
     */
    public void requireOpen() {
        if (closed) {
            throw new IllegalStateException("storage " + storage + " is closed");
        }
    }

    /**
     * Whether the storage is closed.
     *
     * @return true from the beginning of {@link #closeAll()} on
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Adds what was opened.
     *
     * @param opened a sink or a source
     * @return it
     * @param <T> what it is
     * @throws IllegalStateException when the storage was closed meanwhile, and it with it
     */
    public <T extends AutoCloseable> T track(T opened) {
        open.add(opened);
        if (closed) {
            closeQuietly(opened);
            requireOpen();
        }
        return opened;
    }

    /**
     * Forgets what has ended by itself.
     *
     * @param ended a sink or a source
     */
    public void ended(AutoCloseable ended) {
        open.remove(ended);
    }

    /** Closes all that are open, from now on. Idempotent, never throws. */
    public void closeAll() {
        closed = true;
        open.forEach(this::closeQuietly);
    }

    private void closeQuietly(AutoCloseable opened) {
        try {
            opened.close();
        } catch (Exception e) {
            LOG.debug("closing what was open in {}", storage, e);
        }
    }
}
