package io.codeb.podman;

import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
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
    public ContainerRuntime open(RuntimeConfig config) {
        return Runtimes.open(config);
    }
}
