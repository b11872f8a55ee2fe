package io.codeb.spi.runtime;

import io.codeb.model.CheckReturnValue;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a runtime knows of a container. Made by {@link #of} and the words of its instances, each of which answers a
 * changed copy, so that more can be known one day.
 *
 * @param id the runtime's own id
 * @param name without a leading slash
 * @param image the reference it was made from
 * @param imageId the image's digest
 * @param state what it does now
 * @param exitStatus of its command, once it has ended
 * @param health what its health check last said
 * @param ports the published ports
 * @param addresses its addresses by network name; empty strings are left out
 * @param labels its labels
 * @param cpus how many processors it may keep busy at the most, above 0; empty where it has no limit of its own, or
 *     none that the runtime tells
 */
@CheckReturnValue
public record ContainerInfo(
        String id,
        String name,
        String image,
        String imageId,
        State state,
        OptionalInt exitStatus,
        Health health,
        List<PublishedPort> ports,
        Map<String, String> addresses,
        Map<String, String> labels,
        OptionalDouble cpus) {

    /** Copies the collections. */
    public ContainerInfo {
        ports = List.copyOf(ports);
        addresses = Map.copyOf(addresses);
        labels = Map.copyOf(labels);
    }

    /**
     * What is known of every container.
     *
     * @param id the runtime's own id
     * @param name without a leading slash
     * @param image the reference it was made from
     * @param imageId the image's digest
     * @param state what it does now
     * @return a container of which no more is known
     */
    public static ContainerInfo of(String id, String name, String image, String imageId, State state) {
        return new ContainerInfo(
                id,
                name,
                image,
                imageId,
                state,
                OptionalInt.empty(),
                Health.NONE,
                List.of(),
                Map.of(),
                Map.of(),
                OptionalDouble.empty());
    }

    /**
     * Adds how its command ended.
     *
     * @param status 0 to 255
     * @return a changed copy
     */
    public ContainerInfo withExitStatus(int status) {
        return new ContainerInfo(
                id, name, image, imageId, state, OptionalInt.of(status), health, ports, addresses, labels, cpus);
    }

    /**
     * Adds what its health check says.
     *
     * @param checked what it last said
     * @return a changed copy
     */
    public ContainerInfo withHealth(Health checked) {
        return new ContainerInfo(id, name, image, imageId, state, exitStatus, checked, ports, addresses, labels, cpus);
    }

    /**
     * Adds how it can be reached.
     *
     * @param published the published ports
     * @param addressByNetwork its addresses by network name
     * @return a changed copy
     */
    public ContainerInfo withNetwork(List<PublishedPort> published, Map<String, String> addressByNetwork) {
        return new ContainerInfo(
                id, name, image, imageId, state, exitStatus, health, published, addressByNetwork, labels, cpus);
    }

    /**
     * Adds its labels.
     *
     * @param labelled values by name
     * @return a changed copy
     */
    public ContainerInfo withLabels(Map<String, String> labelled) {
        return new ContainerInfo(id, name, image, imageId, state, exitStatus, health, ports, addresses, labelled, cpus);
    }

    /**
     * Adds how many processors it may keep busy.
     *
     * @param most above 0; half a processor is 0.5
     * @return a changed copy
     */
    public ContainerInfo withCpus(double most) {
        return new ContainerInfo(
                id, name, image, imageId, state, exitStatus, health, ports, addresses, labels, OptionalDouble.of(most));
    }

    /** What a container does. */
    public enum State {
        /** Made, never started. */
        CREATED,
        /** Running. */
        RUNNING,
        /** Frozen. */
        PAUSED,
        /** Ended, or about to. */
        STOPPED,
        /** Anything else that the runtime may say. */
        OTHER
    }

    /** What a container's health check last said. */
    public enum Health {
        /** The container has none. */
        NONE,
        /** Too early to tell. */
        STARTING,
        /** It passed. */
        HEALTHY,
        /** It failed. */
        UNHEALTHY
    }

    /**
     * A port of the container that the host forwards.
     *
     * @param containerPort the port inside
     * @param protocol {@code tcp}, {@code udp} or {@code sctp}
     * @param hostAddress the address it is bound to; {@code 0.0.0.0} for all
     * @param hostPort the port on the host
     */
    public record PublishedPort(int containerPort, String protocol, String hostAddress, int hostPort) {}
}
