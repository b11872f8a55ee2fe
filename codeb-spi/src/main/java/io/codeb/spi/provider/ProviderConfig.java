package io.codeb.spi.provider;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an implementation is made from: where it is, plain options, and secrets. Immutable; each {@code with…} answers a
 * changed copy. {@link #toString()} shows neither a secret nor the value of an option.
 */
@CheckReturnValue
public final class ProviderConfig {
    private final String id;
    private final @Nullable URI location;
    private final Map<String, String> options;
    private final Map<String, Secret> secrets;

    private ProviderConfig(
            String id, @Nullable URI location, Map<String, String> options, Map<String, Secret> secrets) {
        this.id = id;
        this.location = location;
        this.options = options;
        this.secrets = secrets;
    }

    /**
     * The defaults of an implementation.
     *
     * @param id of its {@link Provider}
     * @return a configuration that says nothing more
     */
    public static ProviderConfig of(String id) {
        return new ProviderConfig(Objects.requireNonNull(id, "id"), null, Map.of(), Map.of());
    }

    /**
     * Says where it is.
     *
     * @param uri without a password, which belongs into a secret: what is behind a colon in front of a path is a port
     * @return a changed copy
     * @throws IllegalArgumentException when a password is in it
     */
    public ProviderConfig withLocation(URI uri) {
        // A password with a slash or an @ in it makes an authority that is none of a server.
        String authority = Objects.requireNonNull(uri, "uri").getRawAuthority();
        String user = uri.getHost() == null ? authority : uri.getRawUserInfo();
        if (user != null && user.contains(":")) {
            throw new IllegalArgumentException("a location of " + id
                    + " has a password in it, which belongs into a secret, or a host or port that is none");
        }
        return new ProviderConfig(id, uri, options, secrets);
    }

    /**
     * Sets an option.
     *
     * @param name as the provider has it
     * @param value no secret: it may be shown
     * @return a changed copy
     */
    public ProviderConfig withOption(String name, String value) {
        return new ProviderConfig(id, location, plus(options, name, Objects.requireNonNull(value, "value")), secrets);
    }

    /**
     * Hands over a credential or a key.
     *
     * @param name as the provider has it
     * @param secret where it comes from; read at each use
     * @return a changed copy
     */
    public ProviderConfig withSecret(String name, Secret secret) {
        return new ProviderConfig(id, location, options, plus(secrets, name, Objects.requireNonNull(secret, "secret")));
    }

    private static <V> Map<String, V> plus(Map<String, V> map, String name, V value) {
        Map<String, V> changed = new TreeMap<>(map);
        changed.put(Objects.requireNonNull(name, "name"), value);
        return Collections.unmodifiableMap(changed);
    }

    /**
     * Reads it, as a provider does.
     *
     * @return remembers what was read and what was wrong; for one thread
     */
    public ConfigReader reader() {
        return new ConfigReader(this);
    }

    /**
     * Which implementation.
     *
     * @return its provider's id
     */
    public String id() {
        return id;
    }

    /**
     * Where it is.
     *
     * @return empty where that is not said
     */
    public Optional<URI> location() {
        return Optional.ofNullable(location);
    }

    /**
     * The options.
     *
     * @return values by name
     */
    public Map<String, String> options() {
        return options;
    }

    /**
     * The credentials and keys.
     *
     * @return secrets by name
     */
    public Map<String, Secret> secrets() {
        return secrets;
    }

    /** Equal when all is the same; of secrets, when they are the same objects, since nobody reads them to compare. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ProviderConfig config
                && config.id.equals(id)
                && Objects.equals(config.location, location)
                && config.options.equals(options)
                && config.secrets.equals(secrets);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, location, options, secrets);
    }

    /** Names what is said and shows no value: the address of a storage may be signed, an option a mistaken secret. */
    @Override
    public String toString() {
        return "ProviderConfig[" + id + (location == null ? "" : ", location") + ", options " + options.keySet()
                + ", secrets " + secrets.keySet() + "]";
    }
}
