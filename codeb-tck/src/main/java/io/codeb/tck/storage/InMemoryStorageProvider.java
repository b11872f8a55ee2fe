package io.codeb.tck.storage;

import io.codeb.error.ConfigException;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
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
    private static final String SCHEME = "memory";
    private static final String HINT = "write it as memory:name";
    private static final Map<String, InMemoryObjects> BY_NAME = new ConcurrentHashMap<>();

    /** Makes the provider, to be handed to {@code CodeB.Builder.storage}. */
    public InMemoryStorageProvider() {}

    @Override
    public String id() {
        return SCHEME;
    }

    @Override
    public StorageBackend create(ProviderConfig config) {
        ConfigReader given = config.reader();
        URI uri = given.location().orElseThrow(() -> new ConfigException("a storage in memory needs a location", HINT));
        given.requireNothingElse();
        String name = uri.getSchemeSpecificPart();
        if (!uri.isOpaque() || !name.matches("[A-Za-z0-9._-]+")) {
            throw new ConfigException("'" + uri + "' does not name a storage in memory", HINT);
        }
        return new InMemoryStorage("memory:" + name, BY_NAME.computeIfAbsent(name, any -> new InMemoryObjects()));
    }

    /**
     * Opens a storage by its name alone.
     *
     * @param name letters, digits, {@code .}, {@code _} and {@code -}
     * @return the storage, to be closed
     */
    public static StorageBackend open(String name) {
        ProviderConfig config = ProviderConfig.of(SCHEME).withLocation(URI.create(SCHEME + ":" + name));
        return new InMemoryStorageProvider().create(config);
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
