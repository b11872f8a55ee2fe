package io.codeb.internal.schedule;

import io.codeb.JobRun;
import java.time.Instant;
import java.util.Optional;

/**
 * What came of looking whether a job is due.
 *
 * @param settled up to when nothing is due any more; empty where somebody else is at the project's jobs
 * @param run what was done; empty where nothing was
 */
record Look(Optional<Instant> settled, Optional<JobRun> run) {
    static final Look TAKEN = new Look(Optional.empty(), Optional.empty());

    static Look nothing(Instant settled) {
        return new Look(Optional.of(settled), Optional.empty());
    }

    static Look done(Instant settled, JobRun run) {
        return new Look(Optional.of(settled), Optional.of(run));
    }

    boolean isTaken() {
        return settled.isEmpty();
    }
}
