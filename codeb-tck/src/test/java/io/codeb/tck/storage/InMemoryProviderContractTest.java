package io.codeb.tck.storage;

import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.provider.ProviderContract;
import java.net.URI;

class InMemoryProviderContractTest extends ProviderContract {
    @Override
    protected Provider<?> provider() {
        return new InMemoryStorageProvider();
    }

    @Override
    protected ProviderConfig config() {
        return super.config().withLocation(URI.create("memory:provider-contract"));
    }
}
