package io.codeb.spi.engine;

import io.codeb.spi.io.ByteSource;

/** Where a dump comes from. */
public interface RestoreInput {
    /**
     * Opens the dump. The source answers its end only when every digest on record holds.
     *
     * @return the plain bytes, to be closed
     */
    ByteSource open();

    /**
     * Whether {@link #open()} may be called again once its source is closed: then the dump can be looked through before
     * anything of it is run.
     *
     * @return false unless the implementation says otherwise
     */
    default boolean opensAgain() {
        return false;
    }

    /**
     * Names the dump for messages.
     *
     * @return for example an entry's or a file's name
     */
    String name();

    /**
     * Tells how many rows are loaded so far. Cheap; call it as often as is handy.
     *
     * @param rows the count so far
     */
    void progress(long rows);
}
