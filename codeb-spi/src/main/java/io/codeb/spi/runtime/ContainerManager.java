package io.codeb.spi.runtime;

import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes and removes containers, images and volumes: what drills and deploys need, beside what backups do. Thread-safe.
 *
 * <p>Methods throw what those of {@link ContainerRuntime} do, and {@link io.codeb.error.ContainerException}
 * {@code IMAGE_NOT_FOUND} or {@code CONTAINER_REFUSED}, the latter with the runtime's own words.
 * {@code ContainerManagerContract} in codeb-tck is this text as runnable tests.
 */
public interface ContainerManager {
    /**
     * Makes a container and starts it. When this throws, there is no container.
     *
     * @param spec what to run
     * @param cancellation ends it early
     * @return the container, started; a command that ends at once may have ended
     */
    ContainerInfo run(ContainerSpec spec, Cancellation cancellation);

    /**
     * Starts a container that does not run.
     *
     * @param container its name or id; one that runs already is no error
     */
    void start(String container);

    /**
     * Asks a container to end, and ends it when it has not after a while.
     *
     * @param container its name or id; one that does not run is no error
     * @param grace how long it may take to end by itself, to the second
     */
    void stop(String container, Duration grace);

    /**
     * Makes sure that there is no container of this name, running or not. Its anonymous volumes go with it.
     *
     * @param container its name or id; one that is not there is no error
     */
    void remove(String container);

    /**
     * Finds containers, running or not.
     *
     * @param labels what they must be labelled with, all of it; not empty
     * @return in no order
     */
    List<ContainerInfo> find(Map<String, String> labels);

    /**
     * Waits until a container's health check passes, or, for a container that has none, until it runs.
     *
     * @param container its name or id
     * @param limit how long to wait at the most
     * @param cancellation ends it early
     * @return the container, healthy
     * @throws io.codeb.error.ContainerException {@code CONTAINER_NOT_READY} when the limit is over or its check has
     *     failed, {@code CONTAINER_NOT_RUNNING} when it has ended
     */
    ContainerInfo awaitHealthy(String container, Duration limit, Cancellation cancellation);

    /**
     * Waits until a container has ended by itself.
     *
     * @param container its name or id
     * @param limit how long to wait at the most
     * @param cancellation ends it early
     * @return the exit status of its command, 0 to 255
     * @throws io.codeb.error.ContainerException {@code CONTAINER_NOT_READY} when it still runs after the limit
     */
    int awaitExit(String container, Duration limit, Cancellation cancellation);

    /**
     * Reads what a container has written, its errors among it, as far as the runtime keeps it. For people: Podman 4.3
     * loses a line that was not ended.
     *
     * @param container its name or id
     * @param lines how many of the last lines, at least 1
     * @return text of at most {@value #MAX_LOG_BYTES} bytes, of which the beginning is left out if need be
     */
    String logs(String container, int lines);

    /** The most bytes that {@link #logs} answers. */
    int MAX_LOG_BYTES = 1024 * 1024;

    /**
     * Looks an image up.
     *
     * @param reference its name, with a tag or digest, or its id
     * @return its id, which names exactly this content
     */
    String imageId(String reference);

    /**
     * Builds an image. Layers of earlier builds are used again where nothing has changed.
     *
     * @param spec how
     * @param context a tar stream with the Containerfile and what it copies; closed by this method
     * @param output hears what the build says, line by line without control characters, cut after
     *     {@value #MAX_BUILD_LINE} characters, on the calling thread; what it throws ends the build
     * @param cancellation ends it early
     * @return the image's id
     * @throws io.codeb.error.ContainerException {@code IMAGE_NOT_BUILT} with the last of what the build said, or when
     *     it has secrets, and this runtime cannot keep them out of the image
     */
    String build(ImageSpec spec, ByteSource context, Consumer<String> output, Cancellation cancellation);

    /** The longest line that {@link #build} tells of, in characters. */
    int MAX_BUILD_LINE = 4_000;

    /**
     * Makes sure that there is no image of this name.
     *
     * @param reference its name or id; one that is not there is no error
     */
    void removeImage(String reference);

    /**
     * Makes a volume.
     *
     * @param name its name, free
     * @param labels its labels
     * @throws io.codeb.error.ContainerException {@code CONTAINER_REFUSED} when the name is taken
     */
    void createVolume(String name, Map<String, String> labels);

    /**
     * Makes sure that there is no volume of this name.
     *
     * @param name its name; one that is not there is no error
     */
    void removeVolume(String name);

    /**
     * Finds volumes.
     *
     * @param labels what they must be labelled with, all of it; not empty
     * @return their names, sorted
     */
    List<String> findVolumes(Map<String, String> labels);
}
