package io.codeb.podman;

import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens runtimes: Podman and Docker differ in where they are looked for, and in nothing else. */
final class Runtimes {
    private static final String START_PODMAN =
            "start it, for example with 'systemctl --user enable --now podman.socket', or name its endpoint";

    private static final String START_DOCKER =
            "start it, for example with 'systemctl start docker', see that this user may use its socket"
                    + " (the group docker),"
                    + " or name its endpoint";

    private Runtimes() {}

    static ContainerRuntime open(ProviderConfig config) {
        return open(config, new EndpointSearch(System::getenv, uid()), ExecLimits.DEFAULT);
    }

    static ContainerRuntime open(ProviderConfig provided, EndpointSearch search, ExecLimits limits) {
        ConfigReader given = provided.reader();
        RuntimeConfig config = RuntimeConfig.read(provided.id(), given);
        List<Endpoint> candidates = search.candidates(config);
        if (config.tlsDirectory().isPresent() && candidates.stream().anyMatch(Endpoint.Unix.class::isInstance)) {
            given.problem("TLS is set, but " + candidates.get(0).text() + " is no tcp:// endpoint");
        }
        given.requireNothingElse();
        Dialer dialer = new Dialer(
                candidates,
                search.tlsDirectory(config),
                config.callLimit(),
                config.id().equals("docker") ? START_DOCKER : START_PODMAN);
        return new ApiRuntime(config.id(), dialer, limits);
    }

    /** This process's user, or -1 where the system does not say. */
    private static long uid() {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
        } catch (IOException | UnsupportedOperationException e) {
            return -1;
        }
    }
}
