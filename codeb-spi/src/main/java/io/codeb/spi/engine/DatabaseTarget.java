package io.codeb.spi.engine;

import io.codeb.model.Secret;
import io.codeb.spi.runtime.ContainerRuntime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where one database lives and how its engine's programs reach it.
 *
 * @param runtime runs the programs
 * @param container where they run; for the runtime {@code host} any name
 * @param host the server as the programs see it: a name, an address, a directory of Unix sockets, or null for their
 *     default
 * @param port the server's port as the programs see it
 * @param database which database
 * @param user as whom
 * @param password the user's password, or null where the server asks for none
 * @param toolDirectory where the programs are, or null for the search path
 * @param idleLimit after how long without a byte a dump is given up; zero for never
 */
public record DatabaseTarget(
        ContainerRuntime runtime,
        String container,
        @Nullable String host,
        int port,
        String database,
        String user,
        @Nullable Secret password,
        @Nullable String toolDirectory,
        Duration idleLimit) {

    /**
     * Another database of the same server.
     *
     * @param name its name
     * @return this target with that database
     */
    public DatabaseTarget withDatabase(String name) {
        return new DatabaseTarget(runtime, container, host, port, name, user, password, toolDirectory, idleLimit);
    }
}
