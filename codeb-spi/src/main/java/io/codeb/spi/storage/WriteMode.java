package io.codeb.spi.storage;

/** What a write does when the key is taken. */
public enum WriteMode {
    /**
     * Fails with {@code OBJECT_EXISTS} when the key is taken; what holds for writers at the same time, a storage's
     * {@link StorageCapabilities#exclusiveCreate()} says.
     */
    CREATE,
    /** Replaces the object at one moment: a reader sees the old or the new, whole. */
    REPLACE
}
