package io.codeb.podman;

import io.codeb.spi.runtime.ContainerRuntime;
import org.junit.jupiter.api.AfterAll;

/** The contract, over the socket of a real Podman. */
class UnixSocketContractIT extends PodmanContract {
    private final ContainerRuntime runtime = RealPodman.runtime();

    @AfterAll
    void close() {
        runtime.close();
    }

    @Override
    protected ContainerRuntime runtime() {
        return runtime;
    }
}
