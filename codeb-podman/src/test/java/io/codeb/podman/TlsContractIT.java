package io.codeb.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.RuntimeUnavailableException;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, over TLS to a real Podman, both sides' certificates checked. */
class TlsContractIT extends PodmanContract {
    private final TestCertificates certificates;
    private final TlsProxy proxy;
    private final ContainerRuntime runtime;

    TlsContractIT(@TempDir Path directory) throws Exception {
        certificates = new TestCertificates();
        proxy = new TlsProxy(certificates.server("127.0.0.1"), RealPodman.socket());
        runtime = runtime(proxy, certificates.clientDirectory(directory));
    }

    private static ContainerRuntime runtime(TlsProxy proxy, Path directory) {
        return new DockerRuntimeProvider()
                .create(RuntimeConfig.of("docker")
                        .withEndpoint(URI.create("tcp://127.0.0.1:" + proxy.port()))
                        .withTls(directory)
                        .provided());
    }

    @AfterAll
    void close() throws Exception {
        runtime.close();
        proxy.close();
    }

    @Test
    void aServerOfAnotherNameIsRefused(@TempDir Path directory) throws Exception {
        try (TlsProxy other = new TlsProxy(certificates.server("elsewhere.example"), RealPodman.socket());
                ContainerRuntime asked = runtime(other, certificates.clientDirectory(directory))) {
            assertThatThrownBy(asked::info).isInstanceOf(RuntimeUnavailableException.class);
        }
    }

    @Test
    void aServerOfAnotherAuthorityIsRefused(@TempDir Path directory) throws Exception {
        try (ContainerRuntime asked = runtime(proxy, new TestCertificates().clientDirectory(directory))) {
            assertThatThrownBy(asked::info).isInstanceOf(RuntimeUnavailableException.class);
        }
    }

    @Test
    void aPlainConnectionToAPortThatSpeaksTlsIsToldSo() {
        RuntimeConfig plain = RuntimeConfig.of("docker").withEndpoint(URI.create("tcp://127.0.0.1:" + proxy.port()));
        try (ContainerRuntime asked = new DockerRuntimeProvider().create(plain.provided())) {
            assertThatThrownBy(asked::info).isInstanceOfSatisfying(RuntimeUnavailableException.class, e -> {
                assertThat(e).hasMessageContaining("speaks TLS");
                assertThat(e.hint()).contains("DOCKER_CERT_PATH");
            });
        }
    }

    @Override
    protected ContainerRuntime runtime() {
        return runtime;
    }
}
