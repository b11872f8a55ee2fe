package io.codeb.spi.engine;

import io.codeb.spi.io.ByteSink;

/** Takes the plain bytes of one entry, from one thread. {@code finish()} makes the entry durable. */
public interface EntrySink extends ByteSink {
    /**
     * Tells how many rows the entry holds so far. Cheap; call it as often as is handy.
     *
     * @param rows the count so far
     */
    void rows(long rows);
}
