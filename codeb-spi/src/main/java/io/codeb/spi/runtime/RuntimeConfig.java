package io.codeb.spi.runtime;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a runtime is and how to reach it: the words that runtimes have in common, over a {@link ProviderConfig}.
 * Immutable; each {@code with…} answers a changed copy.
 *
 * <p>Without further words the runtime looks in its usual places: {@code CONTAINER_HOST} and {@code DOCKER_HOST}, then
 * the user's socket, then the system's.
 */
@CheckReturnValue
public final class RuntimeConfig {
    /** How long one call of the runtime's API may take where nothing else is said. */
    public static final Duration DEFAULT_CALL_LIMIT = Duration.ofSeconds(30);

    private static final String TLS = "tls";
    private static final String CALL_LIMIT = "call-limit";

    private final ProviderConfig others;
    private final @Nullable URI endpoint;
    private final @Nullable Path tlsDirectory;
    private final Duration callLimit;

    private RuntimeConfig(
            ProviderConfig others, @Nullable URI endpoint, @Nullable Path tlsDirectory, Duration callLimit) {
        this.others = others;
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
        return new RuntimeConfig(ProviderConfig.of(id), null, null, DEFAULT_CALL_LIMIT);
    }

    /**
     * Reads what runtimes have in common, as their providers do: the location and the options {@code tls} and {@code
     * call-limit}. A runtime that has more reads that itself.
     *
     * @param id the provider's
     * @param given what the provider was given
     * @return what it says
     */
    public static RuntimeConfig read(String id, ConfigReader given) {
        Objects.requireNonNull(given, "given");
        return new RuntimeConfig(
                ProviderConfig.of(id),
                given.location().orElse(null),
                given.path(TLS).orElse(null),
                given.duration(CALL_LIMIT, DEFAULT_CALL_LIMIT));
    }

    /**
     * Says where the runtime's API is.
     *
     * @param uri {@code unix:///path/to/socket} or {@code tcp://host:port}
     * @return a changed copy
     */
    public RuntimeConfig withEndpoint(URI uri) {
        return new RuntimeConfig(others, Objects.requireNonNull(uri, "uri"), tlsDirectory, callLimit);
    }

    /**
     * Speaks TLS to a {@code tcp://} endpoint, with both sides' certificates checked.
     *
     * @param directory holds {@code ca.pem}, {@code cert.pem} and {@code key.pem}, as {@code DOCKER_CERT_PATH} does
     * @return a changed copy
     */
    public RuntimeConfig withTls(Path directory) {
        return new RuntimeConfig(others, endpoint, Objects.requireNonNull(directory, "directory"), callLimit);
    }

    /**
     * Limits how long one call of the runtime's API may take, from its connection to the end of its answer, and how
     * long what is a stream (a file that is copied, a build) may stand still.
     *
     * @param limit more than zero
     * @return a changed copy
     */
    public RuntimeConfig withCallLimit(Duration limit) {
        Objects.requireNonNull(limit, "limit");
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a limit of calls is more than zero, not " + limit);
        }
        return new RuntimeConfig(others, endpoint, tlsDirectory, limit);
    }

    /**
     * Sets an option that has no word of its own here.
     *
     * @param name as the runtime's provider has it
     * @param value no secret: it may be shown
     * @return a changed copy
     */
    public RuntimeConfig withOption(String name, String value) {
        return new RuntimeConfig(others.withOption(name, value), endpoint, tlsDirectory, callLimit);
    }

    /**
     * Hands over a credential.
     *
     * @param name as the runtime's provider has it
     * @param secret where it comes from; read at each use
     * @return a changed copy
     */
    public RuntimeConfig withSecret(String name, Secret secret) {
        return new RuntimeConfig(others.withSecret(name, secret), endpoint, tlsDirectory, callLimit);
    }

    /**
     * What the runtime's provider is given.
     *
     * @return all that was said
     */
    public ProviderConfig provided() {
        ProviderConfig all = endpoint == null ? others : others.withLocation(endpoint);
        all = tlsDirectory == null ? all : all.withOption(TLS, tlsDirectory.toString());
        return callLimit.equals(DEFAULT_CALL_LIMIT) ? all : all.withOption(CALL_LIMIT, callLimit.toString());
    }

    /**
     * Which runtime.
     *
     * @return the provider's id
     */
    public String id() {
        return others.id();
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
