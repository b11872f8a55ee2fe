package io.codeb.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private final Map<String, String> environment = new HashMap<>(Map.of(
            "CODEB_DEMO_DIR", "/backups",
            "CODEB_DEMO_DATABASE", "shop",
            "CODEB_DEMO_USER", "app",
            "CODEB_DEMO_PASSWORD", "secret",
            "CODEB_DEMO_RUNTIME", "podman",
            "CODEB_DEMO_SOCKET", "/run/podman.sock",
            "CODEB_DEMO_CONTAINER", "shop-db"));

    @Test
    void sourceAndCopyAreTwoDatabasesOfOneServer() {
        Settings settings = Settings.from(environment);

        assertThat(settings.source().database()).isEqualTo("shop");
        assertThat(settings.copy().database()).isEqualTo("shop_copy");
        assertThat(settings.copy().container())
                .isEqualTo(settings.source().container())
                .contains("shop-db");
        assertThat(settings.source().runtime().endpoint()).hasToString("Optional[unix:///run/podman.sock]");
    }

    @Test
    void onTheHostTheServersAddressAndProgramsAreUsed() {
        environment.putAll(Map.of(
                "CODEB_DEMO_RUNTIME", "host",
                "CODEB_DEMO_HOST", "127.0.0.1",
                "CODEB_DEMO_PORT", "5433",
                "CODEB_DEMO_PG_BIN", "/usr/lib/postgresql/15/bin"));

        Settings settings = Settings.from(environment);

        assertThat(settings.source().runtime().id()).isEqualTo("host");
        assertThat(settings.source().port()).isEqualTo(5433);
        assertThat(settings.source().tools()).hasToString("Optional[/usr/lib/postgresql/15/bin]");
    }

    @Test
    void aMissingVariableIsNamed() {
        environment.remove("CODEB_DEMO_USER");

        assertThatThrownBy(() -> Settings.from(environment))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("CODEB_DEMO_USER");
    }
}
