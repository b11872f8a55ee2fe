package io.codeb.internal.service;

import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import java.util.HashMap;
import java.util.Map;

/** The runtimes that are in use: made when they are named first, and closed together. Thread-safe. */
final class Connections implements AutoCloseable {
    private final ExtensionPoint<RuntimeProvider> providers;

    /** Two configurations that say the same share one connection. */
    private final Map<ProviderConfig, ContainerRuntime> open = new HashMap<>();

    private boolean closed;

    Connections(ExtensionPoint<RuntimeProvider> providers) {
        this.providers = providers;
    }

    /** Makes a runtime before it is used, so that what it refuses is told now. */
    void prepare(RuntimeConfig config) {
        ContainerRuntime unused = to(config);
    }

    ContainerRuntime to(RuntimeConfig config) {
        synchronized (open) {
            if (closed) {
                throw Runs.closed();
            }
            return open.computeIfAbsent(
                    config.provided(), missing -> providers.get(missing.id()).create(missing));
        }
    }

    @Override
    public void close() {
        synchronized (open) {
            closed = true;
            open.values().forEach(ContainerRuntime::close);
            open.clear();
        }
    }
}
