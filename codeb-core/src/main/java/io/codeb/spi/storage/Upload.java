package io.codeb.spi.storage;

import java.nio.ByteBuffer;

/**
 * An object on its way into a storage. Nothing is visible under the key before {@link #commit()} returns; an upload that
 * is closed without a commit leaves nothing.
 *
 * <p>Used by one thread at a time; {@link #close()} may come from another one and ends a blocked write.
 */
public interface Upload extends AutoCloseable {
    /**
     * Takes all that remains in the buffer, which may be reused after the return.
     *
     * @param src what to write
     * @throws io.codeb.error.StorageException when the storage refuses it
     */
    void write(ByteBuffer src);

    /**
     * Makes the object visible, durably: when this returns, the object outlives a loss of power.
     *
     * @return the object as the storage now lists it
     * @throws io.codeb.error.StorageException {@code OBJECT_EXISTS} in mode {@link WriteMode#CREATE} when the key is
     *     taken; others when the storage fails, and then nothing is visible
     */
    StoredObject commit();

    /** Discards the upload unless it was committed. Idempotent, never throws. */
    @Override
    void close();
}
