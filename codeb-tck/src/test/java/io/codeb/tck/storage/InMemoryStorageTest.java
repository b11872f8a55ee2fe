package io.codeb.tck.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.WriteMode;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InMemoryStorageTest extends StorageContract {
    private static final ObjectKey KEY = new ObjectKey("shop/object");

    private final String name = "test-" + UUID.randomUUID();

    @Override
    protected StorageBackend openStorage() {
        return InMemoryStorageProvider.open(name);
    }

    @AfterEach
    void forget() {
        InMemoryStorageProvider.forget(name);
    }

    @Test
    void aForgottenStorageIsEmptyWhenOpenedAgain() {
        openStorage().put(KEY, WriteMode.CREATE, new byte[1]);

        InMemoryStorageProvider.forget(name);

        assertThat(openStorage().stat(KEY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory:/absolute", "memory:a/b", "memory:a%20b"})
    void aNameThatIsNoneIsRefused(String uri) {
        assertThatThrownBy(() -> new InMemoryStorageProvider()
                        .create(ProviderConfig.of("memory").withLocation(URI.create(uri))))
                .isInstanceOf(ConfigException.class);
    }
}
