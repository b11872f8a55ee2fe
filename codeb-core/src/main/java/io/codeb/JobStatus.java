package io.codeb;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * How a {@link ScheduledJob} stands, as its repository has it: whichever process did it.
 *
 * @param job which
 * @param next when it begins next, if a scheduler is there
 * @param last what came of the last due time that is settled; empty where there was none
 * @param runningSince since when somebody is at it
 * @param problem why nothing is known of its past; empty where it is
 */
public record JobStatus(
        ScheduledJob job,
        Instant next,
        Optional<JobRun> last,
        Optional<Instant> runningSince,
        Optional<String> problem) {
    /** Takes no null. */
    public JobStatus {
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(next, "next");
        Objects.requireNonNull(last, "last");
        Objects.requireNonNull(runningSince, "runningSince");
        Objects.requireNonNull(problem, "problem");
    }
}
