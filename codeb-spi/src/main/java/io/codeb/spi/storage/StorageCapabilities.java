package io.codeb.spi.storage;

import io.codeb.model.CheckReturnValue;

/**
 * What a storage can do beyond what every storage must, as data. Immutable; begin with {@link #BASIC} and say what is
 * more, so that a capability that joins later changes nothing for those who do not have it.
 */
@CheckReturnValue
public final class StorageCapabilities {
    /** Exclusive create for objects that are put whole, no object lock, one writer at a time. */
    public static final StorageCapabilities BASIC = new StorageCapabilities(ExclusiveCreate.SMALL_OBJECTS, false, 1);

    /** For which writes exactly one of several that create a key at the same time wins. */
    public enum ExclusiveCreate {
        /** For none: such a storage must not be shared by several machines. */
        NEVER,
        /** For {@link StorageBackend#put}. */
        SMALL_OBJECTS,
        /** For {@link StorageBackend#begin} too, whatever the length. */
        ALWAYS
    }

    private final ExclusiveCreate exclusiveCreate;
    private final boolean objectLock;
    private final int usefulConcurrency;

    private StorageCapabilities(ExclusiveCreate exclusiveCreate, boolean objectLock, int usefulConcurrency) {
        this.exclusiveCreate = exclusiveCreate;
        this.objectLock = objectLock;
        this.usefulConcurrency = usefulConcurrency;
    }

    /**
     * Says for which writes a create is exclusive.
     *
     * @param writes which
     * @return a changed copy
     */
    public StorageCapabilities withExclusiveCreate(ExclusiveCreate writes) {
        return new StorageCapabilities(writes, objectLock, usefulConcurrency);
    }

    /**
     * Says that objects can be locked against deletion.
     *
     * @return a changed copy
     */
    public StorageCapabilities withObjectLock() {
        return new StorageCapabilities(exclusiveCreate, true, usefulConcurrency);
    }

    /**
     * Says how many streams at once are faster than fewer.
     *
     * @param streams at least 1
     * @return a changed copy
     */
    public StorageCapabilities withUsefulConcurrency(int streams) {
        if (streams < 1) {
            throw new IllegalArgumentException("at least one stream is useful, not " + streams);
        }
        return new StorageCapabilities(exclusiveCreate, objectLock, streams);
    }

    /**
     * For which writes exactly one of several that create a key at the same time wins.
     *
     * @return {@link ExclusiveCreate#SMALL_OBJECTS} unless the storage says otherwise
     */
    public ExclusiveCreate exclusiveCreate() {
        return exclusiveCreate;
    }

    /**
     * Whether objects can be locked against deletion.
     *
     * @return false unless the storage says otherwise
     */
    public boolean objectLock() {
        return objectLock;
    }

    /**
     * How many streams at once are faster than fewer.
     *
     * @return at least 1
     */
    public int usefulConcurrency() {
        return usefulConcurrency;
    }

    @Override
    public String toString() {
        return "exclusive create: " + exclusiveCreate + ", object lock: " + objectLock + ", useful concurrency: "
                + usefulConcurrency;
    }
}
