package io.codeb;

import io.codeb.model.Cancellation;

/** Something that is done with the server of a drill, after the backup is proven and before the server is gone. */
@FunctionalInterface
public interface DrillWork {
    /** Does nothing. */
    DrillWork NONE = (server, cancellation) -> {};

    /**
     * Does it. What this throws is thrown by the drill, once its containers are gone; that the backup was proven is
     * noted all the same.
     *
     * @param server not to be used after this has ended
     * @param cancellation when the drill is cancelled, or its time is over
     */
    void on(DrilledServer server, Cancellation cancellation);
}
