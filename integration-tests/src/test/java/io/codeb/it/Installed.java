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
final class Installed {
    private Installed() {}

    static DatabaseEngine postgresql() {
        return make(DatabaseEngineProvider.class, ProviderConfig.of("postgresql"));
    }

    static ContainerRuntime runtime(RuntimeConfig config) {
        return runtime(config.provided());
    }

    static ContainerRuntime runtime(ProviderConfig config) {
        return make(RuntimeProvider.class, config);
    }

    private static <T> T make(Class<? extends Provider<T>> type, ProviderConfig config) {
        return ServiceLoader.load(type).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals(config.id()))
                .findFirst()
                .orElseThrow()
                .create(config);
    }
}
