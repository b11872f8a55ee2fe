package io.codeb.internal.host;

import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeProvider;

/** Opens the runtime {@code host}, which needs no service and so has nothing to configure. */
public final class HostRuntimeProvider implements RuntimeProvider {
    @Override
    public String id() {
        return HostRuntime.ID;
    }

    @Override
    public ContainerRuntime create(ProviderConfig config) {
        config.reader().requireNothingElse();
        return new HostRuntime();
    }
}
