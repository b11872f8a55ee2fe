package io.codeb.spi.engine;

import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ContainerSpec;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Servers of an engine's kind that are thrown away: each is in a container of its own, holds nothing but what a drill
 * restores into it, and is reached by nobody else. Stateless and thread-safe. {@code DrillServersContract} in codeb-tck
 * is this text as runnable tests.
 */
public interface DrillServers {
    /**
     * Says how such a server is run. Whoever asks adds the container's name, labels and limits, and takes its network
     * away.
     *
     * @param image an image of this kind of server, which is there
     * @param password that of the server's superuser, made for it
     * @param memoryDisk how many bytes the data may have, which then lie in memory; empty for a volume that goes with
     *     the container
     * @return what to run
     */
    ContainerSpec container(String image, Secret password, OptionalLong memoryDisk);

    /**
     * Says where the server is in its container, and as whom to speak to it.
     *
     * @param tools where the container is
     * @param password the superuser's
     * @return the server, as its superuser
     */
    ServerTarget server(ToolHost tools, Secret password);

    /**
     * Asks the server whether it is there for good, not only while it is being set up.
     *
     * @param server that of {@link #server}
     * @param cancellation ends it early
     * @return false while it has to be asked again
     * @throws io.codeb.error.CodeBException when asking again cannot help
     */
    boolean answers(ServerTarget server, Cancellation cancellation);

    /**
     * Makes on the server what a dump names and does not bring, as far as it can be made from nothing: roles, for
     * example. What is there already stays.
     *
     * @param server that of {@link #server}
     * @param dump what is restored next
     * @param cancellation ends it early
     * @throws io.codeb.error.IntegrityException when what the dump says of itself is not valid
     */
    void prepare(ServerTarget server, DumpFacts dump, Cancellation cancellation);

    /**
     * Lets the server be spoken to as another user, who may do everything there, too. One that is there already stays
     * what it is, and is let in.
     *
     * @param server that of {@link #server}
     * @param user as whom
     * @param cancellation ends it early
     * @return the same server, as that user
     */
    ServerTarget admit(ServerTarget server, String user, Cancellation cancellation);

    /**
     * Tells from what the server has written why it could not go on.
     *
     * @param log the last of what its container has written
     * @return what it had too little of; empty when it does not say so
     */
    Optional<Shortage> shortage(String log);

    /** What a server can have too little of. */
    enum Shortage {
        /** Its host has ended one of its processes. */
        MEMORY,
        /** Its disk, or what stands for one, is full. */
        DISK
    }
}
