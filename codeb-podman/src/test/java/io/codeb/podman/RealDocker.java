package io.codeb.podman;

import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The Docker engine that {@code dev/test} has started, without networks. Where there is none, tests fail. */
final class RealDocker {
    private RealDocker() {}

    static ContainerRuntime runtime() {
        return Runtimes.open(ProviderConfig.of("docker")
                .withLocation(URI.create("unix://" + RealPodman.variable("CODEB_TEST_DOCKER_SOCKET"))));
    }

    /** Runs the docker command against that engine. */
    static String docker(String... words) {
        List<String> command = new ArrayList<>(List.of(RealPodman.variable("CODEB_TEST_DOCKER")));
        command.addAll(List.of(words));
        return RealPodman.run(new ProcessBuilder(command));
    }
}
