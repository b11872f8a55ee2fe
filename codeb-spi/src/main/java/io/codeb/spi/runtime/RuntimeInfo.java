package io.codeb.spi.runtime;

/**
 * What a runtime says of itself. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param name for example {@code Podman Engine}
 * @param version for example {@code 4.3.1}
 * @param endpoint where it was reached, without credentials
 */
public record RuntimeInfo(String name, String version, String endpoint) {
    /**
     * What a runtime says.
     *
     * @param name for example {@code Podman Engine}
     * @param version for example {@code 4.3.1}
     * @param endpoint where it was reached, without credentials
     * @return it
     */
    public static RuntimeInfo of(String name, String version, String endpoint) {
        return new RuntimeInfo(name, version, endpoint);
    }
}
