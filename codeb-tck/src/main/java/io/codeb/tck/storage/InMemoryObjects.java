package io.codeb.tck.storage;

import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StoredObject;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What the storages of one name share. */
final class InMemoryObjects {
    final ConcurrentNavigableMap<ObjectKey, Content> visible = new ConcurrentSkipListMap<>();
    final Set<InMemoryUpload> uploads = ConcurrentHashMap.newKeySet();

    /** An object's bytes. Nobody changes the array. */
    static final class Content {
        final byte[] bytes;
        final Instant modifiedAt = Instant.now();

        Content(byte[] bytes) {
            this.bytes = bytes;
        }

        StoredObject describe(ObjectKey key) {
            return StoredObject.of(key, bytes.length, modifiedAt);
        }
    }
}
