package io.codeb.spi.storage;

import java.time.Instant;

/**
 * An object as a storage lists it.
 *
 * @param key its name
 * @param size its length in bytes
 * @param modifiedAt when it became visible, by the storage's clock
 */
public record StoredObject(ObjectKey key, long size, Instant modifiedAt) {}
