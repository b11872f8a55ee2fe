package io.codeb.storage.local;

import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.tck.storage.StorageContract;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalStorageContractTest extends StorageContract {
    @TempDir
    Path directory;

    @Override
    protected StorageBackend openStorage() {
        return new LocalStorageProvider()
                .create(ProviderConfig.of("local").withLocation(URI.create("local:" + directory.resolve("backups"))));
    }
}
