package io.codeb.spi.runtime;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a runtime is and how to reach it. Immutable; each {@code with…} answers a changed copy.
 *
 * <p>Without further words the runtime looks in its usual places: {@code CONTAINER_HOST} and {@code DOCKER_HOST}, then
 * the user's socket, then the system's.
 */
public final class RuntimeConfig {
    /** How long one call of the runtime's API may take where nothing else is said. */
    public static final Duration DEFAULT_CALL_LIMIT = Duration.ofSeconds(30);

    private final String id;
    private final @Nullable URI endpoint;
    private final @Nullable Path tlsDirectory;
    private final Duration callLimit;

    private RuntimeConfig(String id, @Nullable URI endpoint, @Nullable Path tlsDirectory, Duration callLimit) {
        this.id = id;
        this.endpoint = endpoint;
        this.tlsDirectory = tlsDirectory;
        this.callLimit = callLimit;
    }

    /**
     * A runtime in its usual place.
     *
     * @param id {@code podman}, {@code docker} or {@code host}
     * @return its configuration
     */
    public static RuntimeConfig of(String id) {
        return new RuntimeConfig(id, null, null, DEFAULT_CALL_LIMIT);
    }

    /**
     * Says where the runtime's API is.
     *
     * @param uri {@code unix:///path/to/socket} or {@code tcp://host:port}
     * @return a changed copy
     */
    public RuntimeConfig withEndpoint(URI uri) {
        return new RuntimeConfig(id, uri, tlsDirectory, callLimit);
    }

    /**
     * Speaks TLS to a {@code tcp://} endpoint, with both sides' certificates checked.
     *
     * @param directory holds {@code ca.pem}, {@code cert.pem} and {@code key.pem}, as {@code DOCKER_CERT_PATH} does
     * @return a changed copy
     */
    public RuntimeConfig withTls(Path directory) {
        return new RuntimeConfig(id, endpoint, directory, callLimit);
    }

    /**
     * Limits how long one call of the runtime's API may take; streams have limits of their own.
     *
     * @param limit more than zero
     * @return a changed copy
     */
    public RuntimeConfig withCallLimit(Duration limit) {
        return new RuntimeConfig(id, endpoint, tlsDirectory, limit);
    }

    /**
     * Which runtime.
     *
     * @return the provider's id
     */
    public String id() {
        return id;
    }

    /**
     * Where its API is.
     *
     * @return empty for the usual places
     */
    public Optional<URI> endpoint() {
        return Optional.ofNullable(endpoint);
    }

    /**
     * Where the certificates for TLS are.
     *
     * @return empty for none
     */
    public Optional<Path> tlsDirectory() {
        return Optional.ofNullable(tlsDirectory);
    }

    /**
     * How long one call may take.
     *
     * @return more than zero
     */
    public Duration callLimit() {
        return callLimit;
    }
}
