package io.codeb.spi.storage;

import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
     * What this storage can do beyond what every storage must.
     *
     * @return the same for as long as the storage is open
     */
    StorageCapabilities capabilities();

    /**
     * Starts to write an object of unknown length. The sink's {@code finish()} is the commit: nothing is visible under
     * the key before it returns, and what is visible then outlives a loss of power. A sink that is aborted, or closed
     * without {@code finish()}, leaves nothing.
     *
     * <p>{@link WriteMode#CREATE} fails with {@code OBJECT_EXISTS}, here already or in {@code finish()}, when the key
     * was taken before the writing began. Of several that write one key at the same time, one wins only where {@link
     * StorageCapabilities#exclusiveCreate()} says so.
     *
     * @param key under which name
     * @param mode what to do when the name is taken
     * @return takes the bytes
     */
    ByteSink begin(ObjectKey key, WriteMode mode);

    /**
     * Writes a small object whole. With {@link WriteMode#CREATE}, of several callers at the same time exactly one
     * succeeds and the others get {@code OBJECT_EXISTS}, unless {@link StorageCapabilities#exclusiveCreate()} is
     * {@code NEVER}: this is what locks and manifests stand on.
     *
     * @param key under which name
     * @param mode what to do when the name is taken
     * @param content all of it, at most a few megabytes
     */
    default void put(ObjectKey key, WriteMode mode, byte[] content) {
        try (ByteSink sink = begin(key, mode)) {
            sink.write(ByteBuffer.wrap(content));
            sink.finish();
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
     * Opens an object for reading. The source throws {@code TRUNCATED} rather than end before the length that the
     * object had when it was opened.
     *
     * @param key its name
     * @param offset the first byte to read, from 0 to the object's length
     * @return its bytes from there on
     * @throws io.codeb.error.StorageException {@code OBJECT_NOT_FOUND} when there is none
     */
    ByteSource open(ObjectKey key, long offset);

    /**
     * Lists objects in the order of their keys. Whatever is not an {@link ObjectKey} below the prefix was not put there
     * by CodeB and is passed over. What is still being written is not listed.
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
     * Makes sure that there is no object of this name, durably: what is deleted in an order stays deleted in that
     * order.
     *
     * @param key its name; one that is not there is no error
     */
    void delete(ObjectKey key);

    /**
     * Removes what writers left that were never finished, because their process was killed.
     *
     * @param olderThan how long ago the writer must have made its last progress, so that live ones are left alone
     * @return what was removed, for people
     */
    List<String> sweep(Duration olderThan);

    /**
     * How much room is left for this process, as far as the storage can tell. What others write meanwhile, and quotas
     * that it does not know, are not in it.
     *
     * @return bytes; empty where nobody knows, as in a bucket
     */
    default OptionalLong freeBytes() {
        return OptionalLong.empty();
    }

    /** Releases connections. Sinks and sources that are open fail afterwards. Idempotent, never throws. */
    @Override
    void close();
}
