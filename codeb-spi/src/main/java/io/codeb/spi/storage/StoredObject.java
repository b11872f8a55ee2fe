package io.codeb.spi.storage;

import java.time.Instant;

/**
 * An object as a storage lists it. Begin with {@link #of}, so that a component that joins later changes nothing
 * for you.
 *
 * @param key its name
 * @param size its length in bytes
 * @param modifiedAt when it was written, by the storage's clock, to the second: a moment between the beginning of the
 *     writing and its becoming visible
 */
public record StoredObject(ObjectKey key, long size, Instant modifiedAt) {
    /**
     * An object.
     *
     * @param key its name
     * @param size its length in bytes
     * @param modifiedAt when it was written, as said above
     * @return it
     */
    public static StoredObject of(ObjectKey key, long size, Instant modifiedAt) {
        return new StoredObject(key, size, modifiedAt);
    }
}
