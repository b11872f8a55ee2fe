package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import java.time.Duration;

/**
 * A database to drop. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param name its name
 * @param disconnecting whether clients that are connected to it are sent away; else they are what keeps it
 * @param timeout how long the server may take
 */
@CheckReturnValue
public record DropSpec(String name, boolean disconnecting, Duration timeout) {
    /** Takes more than no time. */
    public DropSpec {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("to drop a database takes more than no time, not " + timeout);
        }
    }

    /**
     * A database that is dropped unless somebody is connected to it.
     *
     * @param name its name
     * @param timeout how long the server may take, more than zero
     * @return to be changed
     */
    public static DropSpec of(String name, Duration timeout) {
        return new DropSpec(name, false, timeout);
    }

    /**
     * Says whether clients are sent away.
     *
     * @param sendAway or else are what keeps the database
     * @return a changed copy
     */
    public DropSpec withDisconnecting(boolean sendAway) {
        return new DropSpec(name, sendAway, timeout);
    }

    /**
     * Says how long the server may take.
     *
     * @param limit more than zero
     * @return a changed copy
     */
    public DropSpec withTimeout(Duration limit) {
        return new DropSpec(name, disconnecting, limit);
    }
}
