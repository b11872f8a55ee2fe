package io.codeb.it;

import io.codeb.model.Secret;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import java.net.URI;
import java.util.Map;
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

    /** The storage that another one stands around: its location is behind the other's scheme. */
    public static StorageBackend storageBehind(ProviderConfig config) {
        String location = config.location().orElseThrow().toString();
        URI behind = URI.create(location.substring(location.indexOf(':') + 1));
        ProviderConfig other = ProviderConfig.of(behind.getScheme()).withLocation(behind);
        for (Map.Entry<String, String> option : config.options().entrySet()) {
            other = other.withOption(option.getKey(), option.getValue());
        }
        for (Map.Entry<String, Secret> secret : config.secrets().entrySet()) {
            other = other.withSecret(secret.getKey(), secret.getValue());
        }
        return make(StorageProvider.class, behind.getScheme(), other);
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
