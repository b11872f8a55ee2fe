package io.codeb.server.internal.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counts answers. Thread-safe, and quick: it is called by who answers. */
@FunctionalInterface
public interface Tally {
    /** Counts nothing. */
    Tally NONE = (method, route, status, code, took) -> {};

    /**
     * Takes an answer that has ended, whole or cut.
     *
     * @param method of HTTP; {@code OTHER} for what nothing here takes
     * @param route the template of its path, {@code dashboard}, or {@code none}: never what somebody has made up
     * @param status of the answer
     * @param code what went wrong; null where nothing did
     * @param took from the request to the last byte of the answer
     */
    void answered(String method, String route, int status, @Nullable String code, Duration took);
}
