package io.codeb.tck.fault;

import io.codeb.spi.storage.StorageBackend;
import io.codeb.tck.storage.InMemoryStorageProvider;
import io.codeb.tck.storage.StorageContract;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/** Without a fault the wrapper is not there. */
class FaultyStorageContractTest extends StorageContract {
    private final String name = "faulty-" + UUID.randomUUID();

    @Override
    protected StorageBackend openStorage() {
        return FaultyStorage.around(InMemoryStorageProvider.open(name));
    }

    @AfterEach
    void forget() {
        InMemoryStorageProvider.forget(name);
    }
}
