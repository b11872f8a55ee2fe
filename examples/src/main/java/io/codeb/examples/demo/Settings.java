package io.codeb.examples.demo;

import io.codeb.BackupRepository;
import io.codeb.Project;
import io.codeb.error.ConfigException;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.RuntimeConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the demo works on, as the environment says it.
 *
 * @param source the database to back up
 * @param copy the database to restore into, on the same server
 * @param repository where the backup goes
 * @param terminal whether stdout is one, so that a line can be written over
 */
record Settings(Project source, Project copy, BackupRepository repository, boolean terminal) {
    static Settings from(Map<String, String> environment) {
        Variables variables = new Variables(environment);
        String database = variables.get("CODEB_DEMO_DATABASE");
        BackupRepository repository =
                BackupRepository.at(Path.of(variables.get("CODEB_DEMO_DIR"))).zstd(3);
        return new Settings(
                project("source", database, variables),
                project("copy", database + "_copy", variables),
                repository,
                environment.containsKey("CODEB_DEMO_TERMINAL"));
    }

    private static Project project(String name, String database, Variables variables) {
        Project project = Project.postgresql(name)
                .database(database)
                .user(variables.get("CODEB_DEMO_USER"))
                .password(Secret.env("CODEB_DEMO_PASSWORD"));
        String runtime = variables.get("CODEB_DEMO_RUNTIME");
        return switch (runtime) {
            case "podman", "docker" ->
                project.container(variables.get("CODEB_DEMO_CONTAINER"))
                        .runtime(RuntimeConfig.of(runtime)
                                .withEndpoint(URI.create("unix://" + variables.get("CODEB_DEMO_SOCKET"))));
            case "host" ->
                project.server(variables.get("CODEB_DEMO_HOST"), variables.port("CODEB_DEMO_PORT"))
                        .tools(Path.of(variables.get("CODEB_DEMO_PG_BIN")));
            default -> throw new ConfigException("CODEB_DEMO_RUNTIME is '" + runtime + "'", "podman, docker or host");
        };
    }

    private record Variables(Map<String, String> environment) {
        String get(String name) {
            String value = environment.get(name);
            if (value == null || value.isEmpty()) {
                throw new ConfigException("the variable " + name + " is not set", "run the demo with dev/demo");
            }
            return value;
        }

        int port(String name) {
            try {
                return Integer.parseInt(get(name));
            } catch (NumberFormatException e) {
                throw new ConfigException(name + " is not a port: '" + get(name) + "'", "run the demo with dev/demo");
            }
        }
    }
}
