package io.codeb.storage.local;

import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.provider.ProviderContract;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalProviderContractTest extends ProviderContract {
    @TempDir
    Path directory;

    @Override
    protected Provider<?> provider() {
        return new LocalStorageProvider();
    }

    @Override
    protected ProviderConfig config() {
        return super.config().withLocation(URI.create("local:" + directory.resolve("backups")));
    }
}
