package io.codeb.spi.runtime;

/**
 * What a runtime says of itself.
 *
 * @param name for example {@code Podman Engine}
 * @param version for example {@code 4.3.1}
 * @param endpoint where it was reached, without credentials
 */
public record RuntimeInfo(String name, String version, String endpoint) {}
