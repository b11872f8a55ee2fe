package io.codeb;

import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.spi.storage.StoredObject;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageFault;
import io.codeb.tck.io.BytesSource;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** Storages in memory, each of which can be given faults that the next {@link CodeB} meets. */
final class Places implements StorageProvider, AutoCloseable {
    private final Map<String, Place> places = new HashMap<>();

    @Override
    public String id() {
        return "memory";
    }

    @Override
    public StorageBackend create(ProviderConfig config) {
        String name = config.location().orElseThrow().getSchemeSpecificPart();
        Place place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("no place is named " + name);
        }
        return place.open();
    }

    /** A new one. */
    Place place() {
        String name = UUID.randomUUID().toString();
        Place place = new Place(name);
        places.put(name, place);
        return place;
    }

    @Override
    public void close() {
        places.values().forEach(place -> {
            place.objects.close();
            InMemoryStorageProvider.forget(place.name);
        });
    }

    /** One storage, as the library sees it, and as it is. */
    static final class Place {
        private final String name;

        /** What is really there. */
        final StorageBackend objects;

        /** What happens to who opens it next. */
        final List<StorageFault> faults = new ArrayList<>();

        private FaultyStorage opened;

        private Place(String name) {
            this.name = name;
            this.objects = InMemoryStorageProvider.open(name);
            this.opened = FaultyStorage.around(objects);
        }

        private FaultyStorage open() {
            opened = FaultyStorage.around(InMemoryStorageProvider.open(name));
            faults.forEach(opened::with);
            return opened;
        }

        BackupRepository repository() {
            return BackupRepository.at("memory:" + name);
        }

        /** How often the one that was opened last was called. */
        int calls() {
            return opened.calls();
        }

        byte[] read(ObjectKey key) {
            try (ByteSource source = objects.open(key, 0)) {
                return BytesSource.readAll(source);
            }
        }

        /** All that is under a prefix, without locks and notes of failures. */
        List<ObjectKey> keys(String prefix) {
            try (Stream<StoredObject> all = objects.list(prefix)) {
                return all.map(StoredObject::key)
                        .filter(key ->
                                !key.value().contains("/lock/") && !key.value().contains("/state/"))
                        .toList();
            }
        }
    }
}
