package io.codeb.spi.runtime;

/** Opens the runtimes of one id. Found by {@link java.util.ServiceLoader}. */
public interface RuntimeProvider {
    /**
     * The id.
     *
     * @return for example {@code podman}, in lower case
     */
    String id();

    /**
     * Opens a runtime. Nothing is connected before the first call needs it.
     *
     * @param config where it is and how to reach it
     * @return the runtime, to be closed
     * @throws io.codeb.error.ConfigException when the configuration contradicts itself
     */
    ContainerRuntime open(RuntimeConfig config);
}
