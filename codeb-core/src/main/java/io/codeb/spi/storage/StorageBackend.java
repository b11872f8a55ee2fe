package io.codeb.spi.storage;

import io.codeb.spi.io.ByteSource;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where bytes rest. Thread-safe. Every method throws {@link io.codeb.error.StorageException} and names the key and the
 * storage, never a credential; transient failures are retried inside the implementation before they are thrown.
 *
 * <p>{@code StorageContract} in codeb-tck is this text as runnable tests.
 */
public interface StorageBackend extends AutoCloseable {
    /**
     * Names the storage for people: a URI without credentials.
     *
     * @return for example {@code local:/var/backups}
     */
    String describe();

    /**
     * Starts to write an object of unknown length.
     *
     * @param key under which name
     * @param mode what to do when the name is taken; {@link WriteMode#CREATE} may fail here already or at the commit
     * @return the upload, to be committed or closed
     */
    Upload begin(ObjectKey key, WriteMode mode);

    /**
     * Writes a small object whole.
     *
     * @param key under which name
     * @param mode what to do when the name is taken
     * @param content all of it
     * @return the object as the storage now lists it
     */
    default StoredObject put(ObjectKey key, WriteMode mode, byte[] content) {
        try (Upload upload = begin(key, mode)) {
            upload.write(ByteBuffer.wrap(content));
            return upload.commit();
        }
    }

    /**
     * Looks an object up.
     *
     * @param key its name
     * @return the object, or empty when there is none; a storage that refuses access throws instead
     */
    Optional<StoredObject> stat(ObjectKey key);

    /**
     * Opens an object for reading. The source throws {@code TRUNCATED} rather than end before the length that the object
     * had when it was opened.
     *
     * @param key its name
     * @param offset the first byte to read, from 0 to the object's length
     * @return its bytes from there on
     * @throws io.codeb.error.StorageException {@code OBJECT_NOT_FOUND} when there is none
     */
    ByteSource open(ObjectKey key, long offset);

    /**
     * Lists objects in the order of their keys. Whatever is not an {@link ObjectKey} below the prefix was not put there
     * by CodeB and is passed over. Uploads in flight are not listed.
     *
     * @param prefix the segments they start with, without a slash at the end; empty for all
     * @return a lazy stream, to be closed
     */
    Stream<StoredObject> list(String prefix);

    /**
     * Lists the names one level below a prefix that have objects below them, in their order: the folders.
     *
     * @param prefix as in {@link #list(String)}
     * @return single segments
     */
    List<String> children(String prefix);

    /**
     * Removes an object.
     *
     * @param key its name
     * @return false when there was none
     */
    boolean delete(ObjectKey key);

    /**
     * Removes what uploads left that were never committed, because their process was killed.
     *
     * @param olderThan how long ago the upload must have made its last progress, so that live ones are left alone
     * @return what was removed, for people
     */
    List<String> sweep(Duration olderThan);

    /** Releases connections. Uploads and sources that are open fail afterwards. Idempotent, never throws. */
    @Override
    void close();
}
