package io.codeb.storage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.spi.storage.WriteMode;
import java.net.URI;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalStorageProviderTest {
    private final LocalStorageProvider provider = new LocalStorageProvider();

    @Test
    void theServiceLoaderFindsIt() {
        assertThat(ServiceLoader.load(StorageProvider.class))
                .anySatisfy(found -> assertThat(found.id()).isEqualTo("local"));
    }

    @ParameterizedTest
    @CsvSource({
        "local:/var/backups, local:/var/backups",
        "local:///var/backups, local:/var/backups",
        "local:/var/backups/, local:/var/backups",
        "LOCAL:/var/backups, local:/var/backups",
        "local:/var/x/../backups, local:/var/backups",
        "local:/var/my%20backups, local:/var/my%20backups",
        "local:/var/what%3F%23%25, local:/var/what%3F%23%25"
    })
    void anAbsolutePathIsTaken(String uri, String described) {
        try (StorageBackend storage = provider.create(ProviderConfig.of("local").withLocation(URI.create(uri)))) {
            assertThat(storage.describe()).isEqualTo(described);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local:backups",
                "local:./backups",
                "local://host/backups",
                "local:/backups?fsync=no",
                "local:/backups#here",
                "local:/",
                "local:///",
                "local:/a/..",
                "local:/nul%00byte",
                "file:/backups",
                "backups"
            })
    void anythingElseIsRefused(String uri) {
        assertThatThrownBy(() -> provider.create(ProviderConfig.of("local").withLocation(URI.create(uri))))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.hint()).isNotBlank());
    }

    @Test
    void anEncodedPathIsDecodedOnce(@TempDir Path directory) {
        Path odd = directory.resolve("a %41 b");
        try (StorageBackend storage = provider.create(
                ProviderConfig.of("local").withLocation(URI.create("local:" + directory + "/a%20%2541%20b")))) {
            storage.put(new ObjectKey("object"), WriteMode.CREATE, new byte[1]);
        }

        assertThat(odd.resolve("object")).isRegularFile();
    }

    @Test
    void openingWritesNothing(@TempDir Path directory) {
        provider.create(ProviderConfig.of("local").withLocation(URI.create("local:" + directory.resolve("new"))))
                .close();

        assertThat(directory).isEmptyDirectory();
    }
}
