package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ContainerRuntime;
import org.jspecify.annotations.Nullable;

/**
 * One database of a server. What is asked of the server again and again can be asked here too.
 *
 * @param server which server, and as whom
 * @param database which of its databases; it need not exist
 */
@CheckReturnValue
public record DatabaseTarget(ServerTarget server, String database) {
    /**
     * Another database of the same server.
     *
     * @param name its name
     * @return this target with that database
     */
    public DatabaseTarget withDatabase(String name) {
        return new DatabaseTarget(server, name);
    }

    /**
     * Runs the engine's programs.
     *
     * @return that of {@link ToolHost}
     */
    public ContainerRuntime runtime() {
        return server.tools().runtime();
    }

    /**
     * Where the programs run.
     *
     * @return that of {@link ToolHost}
     */
    public String container() {
        return server.tools().container();
    }

    /**
     * The server as the programs see it.
     *
     * @return that of {@link ServerTarget}
     */
    public @Nullable String host() {
        return server.host();
    }

    /**
     * The server's port as the programs see it.
     *
     * @return that of {@link ServerTarget}
     */
    public int port() {
        return server.port();
    }

    /**
     * As whom to speak to the server.
     *
     * @return that of {@link ServerTarget}
     */
    public String user() {
        return server.user();
    }

    /**
     * The user's password.
     *
     * @return that of {@link ServerTarget}
     */
    public @Nullable Secret password() {
        return server.password();
    }
}
