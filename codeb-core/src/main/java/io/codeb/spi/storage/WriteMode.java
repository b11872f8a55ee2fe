package io.codeb.spi.storage;

/** What a write does when the key is taken. */
public enum WriteMode {
    /** Fails with {@code OBJECT_EXISTS}; of several writers at once exactly one wins. */
    CREATE,
    /** Replaces the object at one moment: a reader sees the old or the new, whole. */
    REPLACE
}
