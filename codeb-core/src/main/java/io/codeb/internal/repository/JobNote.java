package io.codeb.internal.repository;

import io.codeb.JobRun;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a scheduled job is.
 *
 * @param settled up to when nothing is due any more
 * @param line the line and its zone by which that was told
 * @param open what somebody has begun and has not ended
 * @param last what came of the last due time
 */
public record JobNote(Instant settled, String line, Optional<Open> open, Optional<JobRun> last) {
    /** Takes no null. */
    public JobNote {
        Objects.requireNonNull(settled);
        Objects.requireNonNull(line);
        Objects.requireNonNull(open);
        Objects.requireNonNull(last);
    }

    /**
     * A due time that somebody has begun.
     *
     * @param due which
     * @param attempt how many processes have begun it, this one included
     * @param since when this one did
     */
    public record Open(Instant due, int attempt, Instant since) {
        /** Takes no null. */
        public Open {
            Objects.requireNonNull(due);
            Objects.requireNonNull(since);
        }
    }
}
