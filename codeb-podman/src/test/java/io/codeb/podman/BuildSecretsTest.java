package io.codeb.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ContainerException;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ImageSpec;
import io.codeb.spi.runtime.RuntimeInfo;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildSecretsTest {
    private final BuildSecrets secrets =
            new BuildSecrets(ImageSpec.of("localhost/shop:1").withSecret("token", Secret.of("canary")));

    private static RuntimeInfo service(String name, String version) {
        return RuntimeInfo.of(name, version, "unix:///run/podman/podman.sock");
    }

    @ParameterizedTest
    @CsvSource({"Podman Engine, 4.0.0", "Podman Engine, 4.3.1", "Podman Engine, 5.0.0-rc1", "Podman Engine, 10.1.2"})
    void aServiceThatMovesThemOutOfTheContextGetsThem(String name, String version) {
        secrets.requireKeptBy(service(name, version));
    }

    @ParameterizedTest
    @CsvSource({"Podman Engine, 3.4.4", "Podman Engine, 4", "Podman Engine, unknown", "Docker Engine, 27.0.1"})
    void nobodyElseGetsThem(String name, String version) {
        assertThatThrownBy(() -> secrets.requireKeptBy(service(name, version)))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining(version)
                .hasMessageNotContaining("canary");
    }

    @Test
    void theRequestNamesFilesAndNoValues() throws IOException {
        assertThat(secrets.parameter())
                .matches("\\[\"id=token,src=codeb-secret-[0-9a-f-]{36}\"]")
                .isNotEqualTo(new BuildSecrets(ImageSpec.of("i").withSecret("token", Secret.of("x"))).parameter());
    }
}
