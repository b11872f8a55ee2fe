package io.codeb.spi.runtime;

import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;

/** Makes the runtimes of one id, for example {@code podman}. */
public interface RuntimeProvider extends Provider<ContainerRuntime> {
    /**
     * Makes a runtime, of which all options are read and judged. Its service is looked for, in the environment too, and
     * connected when the first call needs it.
     *
     * @param config where it is and how to reach it; {@link RuntimeConfig#read} knows what runtimes have in common
     * @return the runtime, to be closed
     */
    @Override
    ContainerRuntime create(ProviderConfig config);
}
