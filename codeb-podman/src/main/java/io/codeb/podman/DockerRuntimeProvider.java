package io.codeb.podman;

import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeProvider;

/** The runtime {@code docker}, over its API's socket or TCP port. */
public final class DockerRuntimeProvider implements RuntimeProvider {
    /** For {@link java.util.ServiceLoader}. */
    public DockerRuntimeProvider() {}

    @Override
    public String id() {
        return "docker";
    }

    @Override
    public ContainerRuntime create(ProviderConfig config) {
        return Runtimes.open(config);
    }
}
