package io.codeb.it;

import io.codeb.postgresql.PostgresEngineProvider;
import io.codeb.spi.provider.Provider;
import io.codeb.tck.provider.ProviderContract;

class PostgresProviderTest extends ProviderContract {
    @Override
    protected Provider<?> provider() {
        return new PostgresEngineProvider();
    }
}
