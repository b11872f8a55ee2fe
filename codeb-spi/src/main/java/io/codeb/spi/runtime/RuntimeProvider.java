package io.codeb.spi.runtime;

import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;

/** Makes the runtimes of one id, for example {@code podman}. */
public interface RuntimeProvider extends Provider<ContainerRuntime> {
    /**
     * Makes a runtime. Nothing is connected before the first call needs it.
     *
     * @param config where it is and how to reach it; {@link RuntimeConfig#read} knows what runtimes have in common
     * @return the runtime, to be closed
     */
    @Override
    ContainerRuntime create(ProviderConfig config);
}
