package io.codeb.internal.host;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import java.util.ArrayList;
import java.util.List;

/** Opens the runtime {@code host}, which needs no service and so has nothing to configure. */
public final class HostRuntimeProvider implements RuntimeProvider {
    @Override
    public String id() {
        return HostRuntime.ID;
    }

    @Override
    public ContainerRuntime open(RuntimeConfig config) {
        List<String> problems = new ArrayList<>();
        if (config.endpoint().isPresent()) {
            problems.add("the runtime host has no endpoint");
        }
        if (config.tlsDirectory().isPresent()) {
            problems.add("the runtime host speaks no TLS");
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(
                    ErrorCode.CONFIG_INVALID, problems, "leave it out, or choose the runtime podman or docker");
        }
        return new HostRuntime();
    }
}
