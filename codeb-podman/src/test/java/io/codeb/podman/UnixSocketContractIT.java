package io.codeb.podman;

import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.tck.runtime.ContainerEngineContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.testcontainers.containers.GenericContainer;

/** The contract, over the socket of a real Podman. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnixSocketContractIT extends ContainerEngineContract {
    private final GenericContainer<?> running = RealPodman.minimal();
    private ContainerRuntime runtime = RealPodman.runtime();
    private String stopped = "";

    @BeforeAll
    void start() {
        running.start();
        stopped = RealPodman.podman("run", "-d", RealPodman.MINIMAL, "true");
        RealPodman.podman("wait", stopped);
    }

    @AfterAll
    void stop() {
        runtime.close();
        running.stop();
        RealPodman.podman("rm", "-f", stopped);
    }

    @Override
    protected ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    protected String container() {
        return running.getContainerId();
    }

    @Override
    protected String stoppedContainer() {
        return stopped;
    }

    @Override
    protected String directory() {
        return "/tmp";
    }
}
