package io.codeb.spi.engine;

import io.codeb.model.Cancellation;
import io.codeb.model.ServerDatabase;
import java.util.List;
import java.util.Optional;

/**
 * What an engine can do beside its duty when a server of its kind has databases that are made and dropped by name.
 * Stateless and thread-safe. {@code ServerDatabasesContract} in codeb-tck is this text as runnable tests.
 *
 * <p>What cannot be is refused before anything is touched. After a change, the server is asked what is there now:
 * nothing is concluded from a statement that did not fail.
 */
public interface ServerDatabases {
    /**
     * Lists the databases of a server.
     *
     * @param server which server
     * @param cancellation ends it early
     * @return all of them, the server's own and those of runs among them, in the order of their names
     */
    List<ServerDatabase> list(ServerTarget server, Cancellation cancellation);

    /**
     * Looks at one database of a server.
     *
     * @param server which server
     * @param name its name
     * @param cancellation ends it early
     * @return empty when there is none of that name
     * @throws io.codeb.error.ConfigException when no database of this engine can have that name
     */
    Optional<ServerDatabase> find(ServerTarget server, String name, Cancellation cancellation);

    /**
     * Makes a database.
     *
     * @param server where
     * @param spec what
     * @param cancellation ends it early
     * @return as it is now
     * @throws io.codeb.error.ConfigException when no database of this engine can have that name or encoding
     * @throws io.codeb.error.EngineException {@code DATABASE_EXISTS}; {@code DATABASE_NOT_FOUND} when there is no such
     *     template; {@code DATABASE_IN_USE} when somebody is connected to the template; {@code TARGET_LACKS} when there
     *     is no such owner; {@code PERMISSION_DENIED}; {@code QUERY_TIMEOUT}
     */
    ServerDatabase create(ServerTarget server, CreateSpec spec, Cancellation cancellation);

    /**
     * Drops a database and all that is in it.
     *
     * @param server where
     * @param spec which, and how
     * @param cancellation ends it early; the database may be gone all the same
     * @throws io.codeb.error.ConfigException when no database of this engine can have that name
     * @throws io.codeb.error.EngineException {@code DATABASE_NOT_FOUND}; {@code DATABASE_PROTECTED} when it is the
     *     server's own or a template; {@code DATABASE_IN_USE} when somebody is connected to it who is not sent away;
     *     {@code PERMISSION_DENIED}; {@code QUERY_TIMEOUT}
     */
    void drop(ServerTarget server, DropSpec spec, Cancellation cancellation);
}
