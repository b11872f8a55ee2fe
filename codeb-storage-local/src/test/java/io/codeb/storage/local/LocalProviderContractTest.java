package io.codeb.storage.local;

import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.provider.ProviderContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

    @Override
    protected Optional<ProviderConfig> unreachable() {
        return Optional.of(super.config().withLocation(URI.create("local:/proc/no-such-place")));
    }

    @Override
    protected List<ProviderConfig> impossible() {
        return List.of(
                super.config(),
                super.config().withLocation(URI.create("local:relative")),
                super.config().withLocation(URI.create("local://host/backups")),
                super.config().withLocation(URI.create("local:/")));
    }
}
