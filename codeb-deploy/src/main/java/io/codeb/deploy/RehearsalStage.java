package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.DrilledServer;
import io.codeb.Project;
import io.codeb.error.ConfigException;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Where a rehearsal takes place: a server without a network, and containers beside it that reach it and nothing else.
 * {@link Migration#rehearsedOn} is given it. Used by one thread.
 */
public final class RehearsalStage {
    private final CodeB codeb;
    private final Project live;
    private final DrilledServer server;
    private final Duration life;
    private final Cancellation cancellation;

    /** The ids of containers by what they were made of. */
    private final Map<String, String> containers = new HashMap<>();

    RehearsalStage(CodeB codeb, Project live, DrilledServer server, Duration life, Cancellation cancellation) {
        this.codeb = codeb;
        this.live = live;
        this.server = server;
        this.life = life;
        this.cancellation = cancellation;
    }

    /**
     * Which database the migrations are rehearsed on.
     *
     * @return its name
     */
    public String database() {
        return server.project().database();
    }

    /**
     * As whom.
     *
     * @return the project's user
     */
    public String user() {
        return server.project().user();
    }

    /**
     * That user's password, which was made for the rehearsal.
     *
     * @return the password
     */
    public Secret password() {
        return server.project().password().orElseThrow();
    }

    /**
     * Where the server is, from beside it.
     *
     * @return an address
     */
    public String host() {
        return server.project().host().orElse("127.0.0.1");
    }

    /**
     * Its port.
     *
     * @return 1 to 65535
     */
    public int port() {
        return server.project().port();
    }

    /**
     * All of that as one text.
     *
     * @param scheme for example {@code postgresql}
     * @return {@code postgresql://user:password@host:port/database}
     */
    public Secret url(String scheme) {
        return Secret.of(scheme + "://" + encoded(user()) + ":"
                + encoded(password().reveal()) + "@" + host() + ":" + port() + "/" + encoded(database()));
    }

    /**
     * The same for JDBC, without the user.
     *
     * @return {@code jdbc:postgresql://host:port/database}
     */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + encoded(database());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Lets a command run beside the server, in a container that is thrown away: of the image that was said with
     * {@link DeployCommand#rehearsedFrom}, else of that of the container in which it runs otherwise. The image needs a
     * program {@code sleep}; what is mounted into that container is not there.
     *
     * @param command as it runs on the live database
     * @return the same words and environment, beside the server
     * @throws ConfigException when it runs on the host, and no image is said
     */
    public DeployCommand command(DeployCommand command) {
        String image = command.rehearsalImage().orElseGet(() -> imageOf(command));
        String container = containers.computeIfAbsent(image, reference -> server.runBeside(
                        ContainerSpec.of(reference)
                                .withEntryPoint("sleep")
                                .withCommand(Long.toString(life.toSeconds())),
                        cancellation)
                .id());
        return command.movedTo(container, server.project().runtime());
    }

    private String imageOf(DeployCommand command) {
        if (command.isOnHost()) {
            throw new ConfigException(
                    command + " would not reach a rehearsal's server, which has no network",
                    "name an image that has the program with rehearsedFrom(…)");
        }
        ContainerRuntime theirs = command.runtime(codeb, live);
        ContainerInfo container = theirs.inspect(command.container());
        return theirs == codeb.runtime(server.project().runtime()) ? container.imageId() : container.image();
    }
}
