package io.codeb.podman;

import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.provider.ProviderContract;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

class ContainerProvidersTest {
    private abstract static class Containers extends ProviderContract {
        @Override
        protected Optional<ProviderConfig> unreachable() {
            return Optional.of(config().withLocation(URI.create("unix:///no/such/container.sock")));
        }

        @Override
        protected List<ProviderConfig> impossible() {
            return List.of(
                    config().withOption("call-limit", "soon"),
                    config().withOption("call-limit", "PT0S"),
                    config().withLocation(URI.create("ssh://host/run/podman.sock")),
                    config().withLocation(URI.create("unix:///a")).withOption("tls", "/certs"));
        }
    }

    @Nested
    class Podman extends Containers {
        @Override
        protected Provider<?> provider() {
            return new PodmanRuntimeProvider();
        }
    }

    @Nested
    class Docker extends Containers {
        @Override
        protected Provider<?> provider() {
            return new DockerRuntimeProvider();
        }
    }
}
