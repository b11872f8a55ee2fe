package io.codeb.podman;

import io.codeb.error.ConfigException;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
        if (config.endpoint().isPresent()) {
            withoutTls(config, search.candidates(config)).ifPresent(given::problem);
        }
        given.requireNothingElse();
        Dialer dialer = new Dialer(
                () -> endpoints(config, search),
                search.tlsDirectory(config),
                config.callLimit(),
                config.id().equals("docker") ? START_DOCKER : START_PODMAN);
        return new ApiRuntime(config.id(), dialer, limits);
    }

    /** What the environment says counts, and is judged, when it is needed: who asks no container needs no service. */
    private static List<Endpoint> endpoints(RuntimeConfig config, EndpointSearch search) {
        List<Endpoint> candidates = search.candidates(config);
        withoutTls(config, candidates).ifPresent(problem -> {
            throw new ConfigException(config.id() + ": " + problem, "name a tcp:// endpoint, or leave TLS away");
        });
        return candidates;
    }

    private static Optional<String> withoutTls(RuntimeConfig config, List<Endpoint> candidates) {
        return config.tlsDirectory().isPresent() && candidates.stream().anyMatch(Endpoint.Unix.class::isInstance)
                ? Optional.of("TLS is set, but " + candidates.get(0).text() + " is no tcp:// endpoint")
                : Optional.empty();
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
