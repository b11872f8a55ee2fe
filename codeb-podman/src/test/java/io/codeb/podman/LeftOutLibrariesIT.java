package io.codeb.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import java.net.URLClassLoader;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** With a real Podman, in an application that leaves out what it does not need. */
class LeftOutLibrariesIT {
    /** Loaded by the application's class loader. */
    static final class Application implements Supplier<String> {
        @Override
        public String get() {
            ContainerRuntime runtime = new PodmanRuntimeProvider().create(ProviderConfig.of("podman"));
            try {
                return runtime.info().toString();
            } finally {
                runtime.close();
            }
        }
    }

    @Test
    void podmanAnswersWithoutBouncyCastle() throws Exception {
        try (URLClassLoader loader = LeftOutLibrariesTest.without("bouncycastle")) {
            assertThatThrownBy(() -> loader.loadClass("org.bouncycastle.openssl.PEMParser"))
                    .isInstanceOf(ClassNotFoundException.class);
            var constructor = loader.loadClass(Application.class.getName()).getDeclaredConstructor();
            constructor.setAccessible(true);

            Supplier<?> application = (Supplier<?>) constructor.newInstance();

            assertThat(application.getClass()).isNotEqualTo(Application.class);
            assertThat(application.get()).isEqualTo(new Application().get());
        }
    }
}
