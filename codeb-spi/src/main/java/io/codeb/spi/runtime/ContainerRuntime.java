package io.codeb.spi.runtime;

import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import java.util.Optional;

/**
 * How commands and files reach a database: through a container engine's API, or on this host. Thread-safe.
 *
 * <p>Methods throw {@link io.codeb.error.RuntimeUnavailableException} when the runtime's service does not answer, and
 * {@link io.codeb.error.ContainerException} {@code CONTAINER_NOT_FOUND} or {@code CONTAINER_NOT_RUNNING} when the
 * container is not there. {@code RuntimeContract} in codeb-tck is this text as runnable tests.
 */
public interface ContainerRuntime extends AutoCloseable {
    /**
     * The name that configurations use.
     *
     * @return for example {@code podman}
     */
    String id();

    /**
     * Asks the runtime's service what it is.
     *
     * @return name and version
     */
    RuntimeInfo info();

    /**
     * The host of the containers, as it is reached from here: where the ports are that they publish on all its
     * addresses. Asks nobody.
     *
     * @return a name or an address; {@code 127.0.0.1} unless the runtime is told to work elsewhere
     */
    default String hostAddress() {
        return "127.0.0.1";
    }

    /**
     * Looks a container up.
     *
     * @param container its name or id
     * @return what the runtime knows of it
     */
    ContainerInfo inspect(String container);

    /**
     * Starts a command in a running container. Every thing the session does ends early, and the command is killed, when
     * the cancellation is.
     *
     * @param container its name or id
     * @param spec the command
     * @param cancellation ends it early
     * @return the running command, to be closed
     */
    ExecSession exec(String container, ExecSpec spec, Cancellation cancellation);

    /**
     * Kills what a run has left behind: every command that was marked as a part of it by {@link ExecSpec#ofRun}, with
     * all that the command has started, whoever started it and however long ago. Waits until nothing of it is left.
     *
     * @param container its name or id
     * @param run the run's id
     * @return whether there was any
     * @throws io.codeb.error.ContainerException {@code EXEC_LOST} when it is not known that nothing is left
     */
    boolean endRun(String container, String run);

    /**
     * Opens a regular file in a container for reading. The source's end is proven: a cut throws {@code EXEC_LOST}.
     *
     * @param container its name or id
     * @param path absolute
     * @param cancellation ends it early
     * @return its bytes
     * @throws io.codeb.error.ContainerException {@code CONTAINER_FILE_FAILED} when it is missing or no regular file
     */
    ByteSource readFile(String container, String path, Cancellation cancellation);

    /**
     * Writes a regular file into a container; an existing one is replaced. When this throws, a part of the file may be
     * there under its name: remove it, or use a new name each time.
     *
     * @param container its name or id
     * @param path absolute; its directory must exist
     * @param file size and permissions
     * @param content exactly {@code file.size()} bytes; closed by this method
     * @param cancellation ends it early
     */
    void writeFile(String container, String path, FileSpec file, ByteSource content, Cancellation cancellation);

    /**
     * Makes and removes containers, where this runtime can.
     *
     * @return empty for a runtime that only reaches what is there, as {@code host} does
     */
    default Optional<ContainerManager> manager() {
        return Optional.empty();
    }

    /** Releases connections. Sessions that are open fail afterwards. Idempotent, never throws. */
    @Override
    void close();
}
