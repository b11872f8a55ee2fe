package io.codeb.it;

import io.codeb.spi.runtime.RuntimeConfig;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images are built by Docker, whose API leaves nothing out of what it is sent. */
class ImageBuilderInDockerIT extends ImageBuilderContract {
    @RegisterExtension
    static final DockerEngine DOCKER = DockerEngine.shared();

    @Override
    RuntimeConfig runtime() {
        return DOCKER.runtime();
    }
}
