package io.codeb.spi.engine;

/** Makes the engine of one id. Found by {@link java.util.ServiceLoader}. */
public interface DatabaseEngineProvider {
    /**
     * The id.
     *
     * @return for example {@code postgresql}, in lower case
     */
    String id();

    /**
     * Where servers of this kind listen when nobody says otherwise.
     *
     * @return 1 to 65535
     */
    int defaultPort();

    /**
     * Makes the engine.
     *
     * @return the engine
     */
    DatabaseEngine create();
}
