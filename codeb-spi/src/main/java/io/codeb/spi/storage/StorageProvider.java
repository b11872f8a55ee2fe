package io.codeb.spi.storage;

import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;

/** Opens the storages of one URI scheme, which is its id: {@code local}, for example. */
public interface StorageProvider extends Provider<StorageBackend> {
    /**
     * Opens a storage. Nothing is written, and it need not exist yet: the first write makes what is missing.
     *
     * @param config its location is where it is, a URI of this provider's scheme
     * @return the storage, to be closed
     * @throws io.codeb.error.ConfigException when the location is missing or not one of this storage, too
     */
    @Override
    StorageBackend create(ProviderConfig config);
}
