package io.codeb.podman;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** The Podman service that {@code dev/test} has started. Where there is none, tests fail. */
final class RealPodman {
    static final String MINIMAL = "localhost/codeb-test/minimal:1";

    private RealPodman() {}

    static Path socket() {
        return Path.of(variable("CODEB_TEST_PODMAN_SOCKET"));
    }

    static ContainerRuntime runtime() {
        return runtime(socket());
    }

    static ContainerRuntime runtime(Path socket) {
        return Runtimes.open(config(socket));
    }

    static ContainerRuntime runtime(ExecLimits limits) {
        return Runtimes.open(config(socket()), new EndpointSearch(name -> null, 0), limits);
    }

    private static ProviderConfig config(Path socket) {
        return ProviderConfig.of("podman").withLocation(URI.create("unix://" + socket));
    }

    /** A container that does nothing for as long as it is let. */
    @SuppressWarnings("resource") // the caller's
    static GenericContainer<?> minimal() {
        return new GenericContainer<>(DockerImageName.parse(MINIMAL)).withCommand("sleep", "100000");
    }

    /** Runs the podman command on the same private store as the service. */
    static String podman(String... words) {
        return run(command(words));
    }

    /** Runs a command to its end, which must be a good one. */
    static String run(ProcessBuilder command) {
        String text = String.join(" ", command.command());
        try {
            Process process =
                    command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            process.getOutputStream().close();
            try (InputStream out = process.getInputStream()) {
                String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor()).as(text).isZero();
                return said.strip();
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(text, e);
        }
    }

    static ProcessBuilder command(String... words) {
        List<String> command = new ArrayList<>(List.of(variable("CODEB_TEST_PODMAN")));
        command.addAll(List.of(words));
        return new ProcessBuilder(command);
    }

    static String variable(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new AssertionError(name + " is not set: run this by dev/test, which starts what it needs");
        }
        return value;
    }
}
