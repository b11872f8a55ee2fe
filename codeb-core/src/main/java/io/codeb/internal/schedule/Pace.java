package io.codeb.internal.schedule;

import io.codeb.error.CancelledException;
import io.codeb.model.Cancellation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** How time passes for a scheduler. Thread-safe. */
public interface Pace {
    /** The longest that is waited at once: clocks can be set, and machines sleep. */
    Duration LONGEST = Duration.ofMinutes(1);

    /** Tells the time. */
    Clock clock();

    /** Waits, or until somebody cancels; throws nothing then. */
    void pause(Duration time, Cancellation early);

    /** The time now. */
    default Instant now() {
        return clock().instant();
    }

    /**
     * Really waits.
     *
     * @param clock tells the time
     * @return that
     */
    static Pace of(Clock clock) {
        return new Pace() {
            @Override
            public Clock clock() {
                return clock;
            }

            @Override
            public void pause(Duration time, Cancellation early) {
                try {
                    early.pause(time);
                } catch (CancelledException e) {
                    // Whoever waits looks for himself.
                }
            }
        };
    }
}
