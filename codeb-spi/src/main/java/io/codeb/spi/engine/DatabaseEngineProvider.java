package io.codeb.spi.engine;

import io.codeb.spi.provider.Provider;

/** Makes the engine of one id, for example {@code postgresql}. */
public interface DatabaseEngineProvider extends Provider<DatabaseEngine> {
    /**
     * Where servers of this kind listen when nobody says otherwise.
     *
     * @return 1 to 65535
     */
    int defaultPort();
}
