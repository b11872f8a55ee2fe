package io.codeb.podman;

import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.tck.runtime.ContainerManagerContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of what makes containers, over the socket of a real Docker engine. */
class DockerManagerContractIT extends ContainerManagerContract {
    private static ContainerRuntime runtime;

    @BeforeAll
    static void open() {
        runtime = RealDocker.runtime();
    }

    @AfterAll
    static void close() {
        runtime.close();
    }

    @Override
    protected ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    protected String image() {
        return RealPodman.MINIMAL;
    }

    @Override
    protected boolean buildsWithSecrets() {
        return false;
    }
}
