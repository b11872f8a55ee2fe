package io.codeb.spi.runtime;

import java.util.List;
import java.util.Map;

/**
 * What a runtime knows of a container.
 *
 * @param id the runtime's own id
 * @param name without a leading slash
 * @param image the reference it was made from
 * @param imageId the image's digest
 * @param state what it does now
 * @param health what its health check last said
 * @param ports the published ports
 * @param addresses its addresses by network name; empty strings are left out
 * @param labels its labels
 */
public record ContainerInfo(
        String id,
        String name,
        String image,
        String imageId,
        State state,
        Health health,
        List<PublishedPort> ports,
        Map<String, String> addresses,
        Map<String, String> labels) {

    /** Copies the collections. */
    public ContainerInfo {
        ports = List.copyOf(ports);
        addresses = Map.copyOf(addresses);
        labels = Map.copyOf(labels);
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
