package io.codeb.podman;

import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeProvider;

/** The runtime {@code podman}, over its API's socket or TCP port. */
public final class PodmanRuntimeProvider implements RuntimeProvider {
    /** For {@link java.util.ServiceLoader}. */
    public PodmanRuntimeProvider() {}

    @Override
    public String id() {
        return "podman";
    }

    @Override
    public ContainerRuntime create(ProviderConfig config) {
        return Runtimes.open(config);
    }
}
