package io.codeb.internal.service;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.provider.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The implementations of one extension point, by id: those that the application hands over, and those on the class
 * path. Thread-safe once loaded.
 *
 * @param <P> the provider's type
 */
final class ExtensionPoint<P extends Provider<?>> {
    static final Map<String, String> ARTIFACTS = Map.of(
            "channel mail", "codeb-mail",
            "codec age", "codeb-age",
            "engine postgresql", "codeb-postgresql",
            "storage local", "codeb-storage-local",
            "storage s3", "codeb-storage-s3",
            "runtime podman", "codeb-podman",
            "runtime docker", "codeb-podman");

    private final String kind;
    private final Map<String, P> byId;

    private ExtensionPoint(String kind, Map<String, P> byId) {
        this.kind = kind;
        this.byId = byId;
    }

    /**
     * Finds the implementations.
     *
     * @param kind names the extension point in messages, in one word
     * @param type the provider's type
     * @throws ConfigException when two have one id, or one cannot be loaded
     */
    static <P extends Provider<?>> ExtensionPoint<P> load(String kind, Class<P> type, Assembly assembly) {
        Map<String, P> byId = new TreeMap<>();
        for (P provider : all(type, assembly)) {
            P other = byId.putIfAbsent(provider.id(), provider);
            if (other != null) {
                throw new ConfigException(
                        "two implementations of " + kind + " '" + provider.id() + "' are here: "
                                + other.getClass().getName() + " and "
                                + provider.getClass().getName(),
                        "hand over or put on the class path one of them only");
            }
        }
        return new ExtensionPoint<>(kind, byId);
    }

    /** All providers of a type: those that were handed over, in their order, and those on the class path. */
    static <P> List<P> all(Class<P> type, Assembly assembly) {
        List<P> providers = new ArrayList<>();
        for (Object extension : assembly.extensions()) {
            if (type.isInstance(extension)) {
                providers.add(type.cast(extension));
            }
        }
        try {
            ServiceLoader.load(type, assembly.classLoader()).forEach(providers::add);
        } catch (ServiceConfigurationError e) {
            throw new ConfigException(
                    ErrorCode.MODULE_MISSING,
                    List.of("an implementation of " + type.getSimpleName() + " cannot be loaded: " + e.getMessage()),
                    "check the versions on the class path");
        }
        return providers;
    }

    /**
     * Finds an implementation.
     *
     * @param id which
     * @return its provider
     * @throws ConfigException {@code MODULE_MISSING}, naming the artifact to add where one is known
     */
    P get(String id) {
        P provider = byId.get(id);
        if (provider == null) {
            String artifact = ARTIFACTS.get(kind + " " + id);
            throw new ConfigException(
                    ErrorCode.MODULE_MISSING,
                    List.of("there is no " + kind + " '" + id + "'; there are " + byId.keySet()),
                    artifact == null
                            ? "check the spelling, or add the module that has it"
                            : "add the dependency io.codeb:" + artifact);
        }
        return provider;
    }
}
