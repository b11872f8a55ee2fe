package io.codeb.internal.host;

import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.tck.runtime.RuntimeContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class HostRuntimeContractTest extends RuntimeContract {
    private final ContainerRuntime runtime = new HostRuntimeProvider().create(ProviderConfig.of("host"));

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        runtime.close();
    }

    @Override
    protected ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    protected String container() {
        return "host";
    }

    @Override
    protected String directory() {
        return directory.toString();
    }
}
