package io.codeb.it;

import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import java.util.ServiceLoader;

/** What the modules on the class path bring, found as the library finds it. */
public final class Installed {
    private Installed() {}

    static DatabaseEngine postgresql() {
        return make(DatabaseEngineProvider.class, "postgresql", ProviderConfig.of("postgresql"));
    }

    static ContainerRuntime runtime(RuntimeConfig config) {
        return runtime(config.id(), config.provided());
    }

    /** Of a configuration that may be for another one, which stands around it. */
    public static ContainerRuntime runtime(String id, ProviderConfig config) {
        return make(RuntimeProvider.class, id, config);
    }

    private static <T> T make(Class<? extends Provider<T>> type, String id, ProviderConfig config) {
        return ServiceLoader.load(type).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals(id))
                .findFirst()
                .orElseThrow()
                .create(config);
    }
}
