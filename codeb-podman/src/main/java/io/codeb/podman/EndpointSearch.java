package io.codeb.podman;

import io.codeb.error.ConfigException;
import io.codeb.spi.runtime.RuntimeConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where to look for the API, best place first, where the configuration does not say. */
final class EndpointSearch {
    private final UnaryOperator<@Nullable String> environment;
    private final long uid;

    /**
     * @param environment answers variables, or null
     * @param uid this process's user
     */
    EndpointSearch(UnaryOperator<@Nullable String> environment, long uid) {
        this.environment = environment;
        this.uid = uid;
    }

    /**
     * Says where to look.
     *
     * @return one endpoint where the configuration or the environment names it, else all the usual sockets
     */
    List<Endpoint> candidates(RuntimeConfig config) {
        if (config.endpoint().isPresent()) {
            return List.of(Endpoint.of(config.endpoint().get(), "the runtime's endpoint"));
        }
        boolean podman = config.id().equals("podman");
        for (String variable : podman ? List.of("CONTAINER_HOST", "DOCKER_HOST") : List.of("DOCKER_HOST")) {
            String value = environment.apply(variable);
            if (value != null && !value.isBlank()) {
                return List.of(Endpoint.of(parse(value.strip(), variable), variable));
            }
        }
        List<Path> podmans = List.of(userDirectory().resolve("podman/podman.sock"), Path.of("/run/podman/podman.sock"));
        List<Path> dockers = List.of(userDirectory().resolve("docker.sock"), Path.of("/var/run/docker.sock"));
        List<Path> all = new ArrayList<>(podman ? podmans : dockers);
        all.addAll(podman ? dockers : podmans);
        return all.stream().<Endpoint>map(Endpoint.Unix::new).toList();
    }

    /**
     * Where the certificates are: {@code DOCKER_CERT_PATH} counts where {@code DOCKER_TLS_VERIFY} is set and the
     * configuration names no endpoint of its own, as it does for the docker command.
     */
    Optional<Path> tlsDirectory(RuntimeConfig config) {
        if (config.tlsDirectory().isPresent() || config.endpoint().isPresent()) {
            return config.tlsDirectory();
        }
        String verify = environment.apply("DOCKER_TLS_VERIFY");
        String directory = environment.apply("DOCKER_CERT_PATH");
        return verify == null || verify.isEmpty() || directory == null || directory.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(directory));
    }

    /** Programs that no login started, a timer's for example, have the directory but not the variable. */
    private Path userDirectory() {
        String directory = environment.apply("XDG_RUNTIME_DIR");
        return directory != null && directory.startsWith("/") ? Path.of(directory) : Path.of("/run/user/" + uid);
    }

    private static URI parse(String value, String variable) {
        try {
            return URI.create(value);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    variable + " is no address", "write unix:///path/to/podman.sock or tcp://host:port");
        }
    }
}
