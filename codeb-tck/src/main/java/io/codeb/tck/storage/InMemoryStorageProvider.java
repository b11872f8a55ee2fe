package io.codeb.tck.storage;

import io.codeb.error.ConfigException;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens storages in this process's memory: {@code memory:name}.
 *
 * <p>All that open one name share its objects, as they would share a directory, until {@link #forget(String)}: so a
 * test can close an application and open it again. Let each test choose a name of its own.
 */
public final class InMemoryStorageProvider implements StorageProvider {
    private static final Map<String, InMemoryObjects> BY_NAME = new ConcurrentHashMap<>();

    /** Makes the provider, to be handed to {@code CodeB.Builder.storage}. */
    public InMemoryStorageProvider() {}

    @Override
    public String scheme() {
        return "memory";
    }

    @Override
    public StorageBackend open(URI uri) {
        String name = uri.getSchemeSpecificPart();
        if (!uri.isOpaque() || !name.matches("[A-Za-z0-9._-]+")) {
            throw new ConfigException("'" + uri + "' does not name a storage in memory", "write it as memory:name");
        }
        return new InMemoryStorage("memory:" + name, BY_NAME.computeIfAbsent(name, any -> new InMemoryObjects()));
    }

    /**
     * Drops a storage and all its objects. Whoever has it open keeps what was there.
     *
     * @param name as in {@code memory:name}
     */
    public static void forget(String name) {
        BY_NAME.remove(name);
    }
}
