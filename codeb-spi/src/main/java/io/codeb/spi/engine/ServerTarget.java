package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import org.jspecify.annotations.Nullable;

/**
 * One database server, with all its databases, and as whom to speak to it. Begin with {@link #of}, so that a component
 * that joins later changes nothing for you.
 *
 * @param tools where the engine's programs run
 * @param host the server as the programs see it: a name, an address, a directory of Unix sockets, or null for their
 *     default
 * @param port the server's port as the programs see it
 * @param user as whom
 * @param password the user's password, or null where the server asks for none
 */
@CheckReturnValue
public record ServerTarget(
        ToolHost tools,
        @Nullable String host,
        int port,
        String user,
        @Nullable Secret password) {
    /**
     * The server that the programs find by themselves.
     *
     * @param tools where the engine's programs run
     * @param port the server's port as the programs see it
     * @param user as whom
     * @param password the user's password, or null where the server asks for none
     * @return to be changed
     */
    public static ServerTarget of(ToolHost tools, int port, String user, @Nullable Secret password) {
        return new ServerTarget(tools, null, port, user, password);
    }

    /**
     * Says where the server is.
     *
     * @param where as the programs see it, or null for their default
     * @return a changed copy
     */
    public ServerTarget withHost(@Nullable String where) {
        return new ServerTarget(tools, where, port, user, password);
    }

    /**
     * Says as whom to speak to it.
     *
     * @param other as whom
     * @param itsPassword or null where the server asks for none
     * @return a changed copy
     */
    public ServerTarget withUser(String other, @Nullable Secret itsPassword) {
        return new ServerTarget(tools, host, port, other, itsPassword);
    }

    /**
     * One of its databases.
     *
     * @param name its name
     * @return the database, which need not exist
     */
    public DatabaseTarget database(String name) {
        return new DatabaseTarget(this, name);
    }
}
