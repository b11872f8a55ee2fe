package io.codeb;

/**
 * Replaces or wraps the service that restores backups. Found by {@link java.util.ServiceLoader}; several wrap each
 * other in the order of {@link #order()}, the lowest innermost.
 */
public interface RestoreServiceProvider {
    /**
     * Where this one stands among others.
     *
     * @return lower is nearer to the built-in service
     */
    default int order() {
        return 0;
    }

    /**
     * Makes the service that applications get.
     *
     * @param inner the service so far, to be called or left aside
     * @return the service from here on
     */
    RestoreService provide(RestoreService inner);
}
