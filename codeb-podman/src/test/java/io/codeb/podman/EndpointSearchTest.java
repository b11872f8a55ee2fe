package io.codeb.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.RuntimeUnavailableException;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trap 8: where the sockets are. */
class EndpointSearchTest {
    private static List<String> candidates(String id, Map<String, String> environment) {
        return new EndpointSearch(environment::get, 1000)
                .candidates(RuntimeConfig.of(id)).stream().map(Endpoint::text).toList();
    }

    @Test
    void podmanIsLookedForWhereItUsuallyIs() {
        assertThat(candidates("podman", Map.of("XDG_RUNTIME_DIR", "/xdg")))
                .containsExactly(
                        "unix:///xdg/podman/podman.sock",
                        "unix:///run/podman/podman.sock",
                        "unix:///xdg/docker.sock",
                        "unix:///var/run/docker.sock");
    }

    @Test
    void dockerIsLookedForWhereItUsuallyIs() {
        assertThat(candidates("docker", Map.of("CONTAINER_HOST", "unix:///podmans/own")))
                .startsWith("unix:///run/user/1000/docker.sock", "unix:///var/run/docker.sock");
    }

    @Test
    void theEnvironmentGoesFirstAndPodmansOwnBeforeDockers() {
        Map<String, String> both = Map.of("CONTAINER_HOST", "unix:///a", "DOCKER_HOST", "tcp://h:2375");
        assertThat(candidates("podman", both)).containsExactly("unix:///a");
        assertThat(candidates("docker", both)).containsExactly("tcp://h:2375");
        assertThat(candidates("podman", Map.of("DOCKER_HOST", "tcp://[::1]:2375")))
                .containsExactly("tcp://[::1]:2375");
    }

    @Test
    void theConfigurationGoesBeforeTheEnvironment() {
        EndpointSearch search = new EndpointSearch(Map.of("CONTAINER_HOST", "unix:///a")::get, 0);
        assertThat(search.candidates(RuntimeConfig.of("podman").withEndpoint(URI.create("unix:///b"))))
                .containsExactly(new Endpoint.Unix(Path.of("/b")));
    }

    @Test
    void dockersOwnVariablesTurnTlsOn() {
        EndpointSearch search =
                new EndpointSearch(Map.of("DOCKER_TLS_VERIFY", "1", "DOCKER_CERT_PATH", "/certs")::get, 0);
        assertThat(search.tlsDirectory(RuntimeConfig.of("docker"))).contains(Path.of("/certs"));
        assertThat(search.tlsDirectory(RuntimeConfig.of("docker").withEndpoint(URI.create("tcp://h:1"))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ssh://core@host/run/podman.sock", "http://h:1", "tcp://h", "unix:relative", "tcp://h:1/p", "x"})
    void anEndpointThatCannotBeReachedIsAConfigurationError(String uri) {
        assertThatThrownBy(() -> candidates("podman", Map.of("CONTAINER_HOST", uri)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("CONTAINER_HOST");
    }

    @ParameterizedTest
    @CsvSource({"unix:///a, 127.0.0.1", "tcp://db.example:2376, db.example", "tcp://[::1]:2376, ::1"})
    void publishedPortsAreWhereTheServiceIs(URI endpoint, String host) {
        RuntimeConfig config = RuntimeConfig.of("podman").withEndpoint(endpoint);
        try (ContainerRuntime runtime = Runtimes.open(config.provided())) {
            assertThat(runtime.hostAddress()).isEqualTo(host);
        }
    }

    @Test
    void passwordsInAnEndpointAreNotRepeated() {
        assertThatThrownBy(() -> candidates("podman", Map.of("CONTAINER_HOST", "ssh://me:hunter2@host/")))
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void tlsOverAUnixSocketAndALimitOfZeroAreToldAtOnce() {
        RuntimeConfig config =
                RuntimeConfig.of("podman").withEndpoint(URI.create("unix:///a")).withTls(Path.of("/certs"));
        ProviderConfig provided = config.provided().withOption("call-limit", "PT0S");
        assertThatThrownBy(() -> new PodmanRuntimeProvider().create(provided))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.problems()).hasSize(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh://core@host/run/podman.sock", "x y", "unix:///a"})
    void whatTheEnvironmentSaysIsJudgedWhenItIsNeeded(String address) {
        EndpointSearch search = new EndpointSearch(Map.of("CONTAINER_HOST", address)::get, 0);
        RuntimeConfig config = RuntimeConfig.of("podman").withTls(Path.of("/certs"));
        try (ContainerRuntime runtime = Runtimes.open(config.provided(), search, ExecLimits.DEFAULT)) {
            assertThatThrownBy(runtime::info).isInstanceOf(ConfigException.class);
        }
    }

    @Test
    void whereNothingAnswersTheErrorSaysWhereItLooked(@TempDir Path directory) {
        EndpointSearch search = new EndpointSearch(Map.of("XDG_RUNTIME_DIR", directory.toString())::get, 0);
        Dialer dialer = new Dialer(
                () -> search.candidates(RuntimeConfig.of("podman")).subList(0, 1),
                Optional.empty(),
                Duration.ofSeconds(1),
                "start it");
        try (ContainerRuntime runtime = new ApiRuntime("podman", dialer, ExecLimits.DEFAULT)) {
            assertThatThrownBy(runtime::info).isInstanceOfSatisfying(RuntimeUnavailableException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.RUNTIME_UNAVAILABLE);
                assertThat(e).hasMessageContaining(directory + "/podman/podman.sock (not there)");
                assertThat(e.hint()).isEqualTo("start it");
            });
        }
    }

    @Test
    void theHintIsThatOfTheRuntimeThatWasAskedFor(@TempDir Path directory) {
        EndpointSearch search = new EndpointSearch(Map.of("XDG_RUNTIME_DIR", directory.toString())::get, 0);
        URI nowhere = URI.create("unix://" + directory + "/none.sock");
        for (String id : List.of("podman", "docker")) {
            RuntimeConfig config = RuntimeConfig.of(id).withEndpoint(nowhere);
            try (ContainerRuntime runtime = Runtimes.open(config.provided(), search, ExecLimits.DEFAULT)) {
                assertThatThrownBy(runtime::info)
                        .isInstanceOfSatisfying(RuntimeUnavailableException.class, e -> assertThat(e.hint())
                                .contains(id.equals("docker") ? "systemctl start docker" : "podman.socket")
                                .doesNotContain(id.equals("docker") ? "podman" : "docker"));
            }
        }
    }

    @Test
    void missingCertificatesAreNamed(@TempDir Path directory) {
        RuntimeConfig config = RuntimeConfig.of("docker")
                .withEndpoint(URI.create("tcp://127.0.0.1:1"))
                .withTls(directory);
        try (ContainerRuntime runtime = new DockerRuntimeProvider().create(config.provided())) {
            assertThatThrownBy(runtime::info)
                    .isInstanceOf(CodeBException.class)
                    .hasMessageContaining("ca.pem")
                    .hasMessageContaining("key.pem");
        }
    }

    @Test
    void bothRuntimesAreFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(RuntimeProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .map(RuntimeProvider::id))
                .contains("podman", "docker");
    }
}
