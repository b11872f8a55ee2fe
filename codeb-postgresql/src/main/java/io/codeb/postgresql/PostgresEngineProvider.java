package io.codeb.postgresql;

import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.provider.ProviderConfig;

/** Makes the engine {@code postgresql}. */
public final class PostgresEngineProvider implements DatabaseEngineProvider {
    public static final String ID = "postgresql";

    /** For {@link java.util.ServiceLoader}. */
    public PostgresEngineProvider() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int defaultPort() {
        return 5432;
    }

    @Override
    public DatabaseEngine create(ProviderConfig config) {
        config.reader().requireNothingElse();
        return new PostgresEngine();
    }
}
