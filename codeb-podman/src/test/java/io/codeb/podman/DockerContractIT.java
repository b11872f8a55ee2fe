package io.codeb.podman;

import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.tck.runtime.ContainerEngineContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract, over the socket of a real Docker engine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerContractIT extends ContainerEngineContract {
    private final ContainerRuntime runtime = RealDocker.runtime();
    private String running = "";
    private String stopped = "";

    @BeforeAll
    void start() {
        running = RealDocker.docker("run", "-d", "--network=none", RealPodman.MINIMAL, "sleep", "100000");
        stopped = RealDocker.docker("run", "-d", "--network=none", RealPodman.MINIMAL, "true");
        RealDocker.docker("wait", stopped);
    }

    @AfterAll
    void stop() {
        runtime.close();
        RealDocker.docker("rm", "-f", running, stopped);
    }

    @Override
    protected ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    protected String container() {
        return running;
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
