package io.codeb.podman;

import io.codeb.spi.provider.Provider;
import io.codeb.tck.provider.ProviderContract;
import org.junit.jupiter.api.Nested;

class ContainerProvidersTest {
    @Nested
    class Podman extends ProviderContract {
        @Override
        protected Provider<?> provider() {
            return new PodmanRuntimeProvider();
        }
    }

    @Nested
    class Docker extends ProviderContract {
        @Override
        protected Provider<?> provider() {
            return new DockerRuntimeProvider();
        }
    }
}
