package io.codeb.podman;

import io.codeb.tck.runtime.ContainerEngineContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.testcontainers.containers.GenericContainer;

/** The contract, held by a real Podman however it is reached. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PodmanContract extends ContainerEngineContract {
    private final GenericContainer<?> running = RealPodman.minimal();
    private String stopped = "";

    @BeforeAll
    final void startContainers() {
        running.start();
        stopped = RealPodman.podman("run", "-d", RealPodman.MINIMAL, "true");
        RealPodman.podman("wait", stopped);
    }

    @AfterAll
    final void stopContainers() {
        running.stop();
        RealPodman.podman("rm", "-f", stopped);
    }

    @Override
    protected final String container() {
        return running.getContainerId();
    }

    @Override
    protected final String stoppedContainer() {
        return stopped;
    }

    @Override
    protected final String directory() {
        return "/tmp";
    }
}
