package io.codeb.it.faults;

import io.codeb.Project;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.RuntimeConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * How the database is reached, in words that fit a command line.
 *
 * @param runtime {@code host} or {@code podman}
 * @param container its id; whatever on the host
 * @param socket of the container service; empty on the host
 * @param port where the server listens beside its programs
 * @param programs their directory; empty for where they are looked for anyway
 */
record Access(String runtime, String container, String socket, int port, String programs) {
    /** Who owns the database, and may make others. */
    static final String USER = "shop";

    static final String PASSWORD = "its own 'word'";

    /** The project, whose commands are steps. */
    Project stepped() {
        return project(SteppedRuntime.STEPPED).container(container);
    }

    /** The project as applications have it. */
    Project plain() {
        Project project = project(runtime);
        return socket.isEmpty() ? project : project.container(container);
    }

    private Project project(String provider) {
        RuntimeConfig config = RuntimeConfig.of(provider);
        Project project = Project.postgresql(Operation.PROJECT)
                .runtime(socket.isEmpty() ? config : config.withEndpoint(URI.create("unix://" + socket)))
                .database(Operation.LIVE)
                .user(USER)
                .password(Secret.of(PASSWORD));
        return programs.isEmpty() ? project : project.tools(Path.of(programs)).server("127.0.0.1", port);
    }

    List<String> words() {
        return List.of(runtime, container, socket, Integer.toString(port), programs);
    }

    static Access parse(List<String> words) {
        return new Access(words.get(0), words.get(1), words.get(2), Integer.parseInt(words.get(3)), words.get(4));
    }
}
