package io.codeb.spi.storage;

import java.net.URI;

/** Opens the storages of one URI scheme. Found by {@link java.util.ServiceLoader}. */
public interface StorageProvider {
    /**
     * The scheme.
     *
     * @return for example {@code local}, in lower case
     */
    String scheme();

    /**
     * Opens a storage. Nothing is written, and it need not exist yet: the first write makes what is missing.
     *
     * @param uri where it is, of this provider's scheme
     * @return the storage, to be closed
     * @throws io.codeb.error.ConfigException when the URI is not one of this storage
     */
    StorageBackend open(URI uri);
}
