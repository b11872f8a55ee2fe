package io.codeb.tck.fault;

/** What can be asked of a storage, and so can fail. */
public enum StorageCall {
    /** {@link io.codeb.spi.storage.StorageBackend#begin}. */
    BEGIN,
    /** {@link io.codeb.spi.io.ByteSink#write}. */
    WRITE,
    /** {@link io.codeb.spi.io.ByteSink#finish}. */
    FINISH,
    /** {@link io.codeb.spi.storage.StorageBackend#stat}. */
    STAT,
    /** {@link io.codeb.spi.storage.StorageBackend#open}. */
    OPEN,
    /** {@link io.codeb.spi.io.ByteSource#read} of an object. */
    READ,
    /** {@link io.codeb.spi.storage.StorageBackend#list}. */
    LIST,
    /** {@link io.codeb.spi.storage.StorageBackend#children}. */
    CHILDREN,
    /** {@link io.codeb.spi.storage.StorageBackend#delete}. */
    DELETE,
    /** {@link io.codeb.spi.storage.StorageBackend#sweep}. */
    SWEEP
}
