package io.codeb.spi.provider;

/**
 * Makes the implementations of one id. Each extension point has its own kind; they are found by {@link
 * java.util.ServiceLoader}, or handed over by the application. Thread-safe.
 *
 * <p>{@code ProviderContract} in codeb-tck is this text as runnable tests.
 *
 * @param <T> what is made
 */
public interface Provider<T> {
    /**
     * Which implementation this is, among those of one extension point.
     *
     * @return lower-case letters, digits and hyphens
     */
    String id();

    /**
     * Makes one, and says at once what is wrong with its configuration: applications do this when they start, and hear
     * of a misspelt option then. Nothing is connected or written yet, and no secret is read: what cannot be reached can
     * be made, and its first use fails.
     *
     * @param config where it is and how it shall be; read it with {@link ProviderConfig#reader()}
     * @return the implementation
     * @throws io.codeb.error.ConfigException when the configuration contradicts itself, or has an option or a secret
     *     that this provider does not know: named, and without the value of any
     */
    T create(ProviderConfig config);
}
