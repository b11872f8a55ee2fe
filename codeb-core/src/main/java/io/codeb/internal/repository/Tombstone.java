package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Stands where the manifest of a run would be that was given up, and keeps it from being written: a manifest is made by
 * exclusive create, so one that comes late, because its process was stopped or a request was long on its way, comes to
 * nothing. Nobody can tell how late that may be, so a tombstone stays.
 *
 * <p>To older versions it is a manifest that requires a feature which they do not know: they leave it and all beside it
 * alone.
 */
final class Tombstone {
    private static final byte[] CONTENT = "{\"formatVersion\":1,\"requires\":[\"given-up\"]}\n".getBytes(US_ASCII);

    private Tombstone() {}

    /**
     * Decides whether a backup exists: when this returns there is its manifest, which was there before, or it will
     * never be.
     *
     * @throws StorageException when that is not certain
     */
    static void put(StorageBackend storage, ObjectKey manifest) {
        try {
            storage.put(manifest, WriteMode.CREATE, CONTENT);
        } catch (StorageException e) {
            if (e.code() != ErrorCode.OBJECT_EXISTS) {
                throw e;
            }
        }
    }

    /** Whether these bytes are no manifest but one that was given up. */
    static boolean is(byte[] manifest) {
        return Arrays.equals(manifest, CONTENT);
    }

    /** Whether it is what lies there. A manifest is longer, and is not read for that. */
    static boolean is(StorageBackend storage, StoredObject manifest) {
        if (manifest.size() != CONTENT.length) {
            return false;
        }
        ByteBuffer buffer = ByteBuffer.allocate(CONTENT.length);
        try (ByteSource source = storage.open(manifest.key(), 0)) {
            while (buffer.hasRemaining() && source.read(buffer) != ByteSource.END) {
                // Reads as much as there should be.
            }
        }
        return is(buffer.array());
    }
}
