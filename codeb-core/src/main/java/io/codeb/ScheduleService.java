package io.codeb;

import io.codeb.model.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Does the {@link ScheduledJob}s of {@link CodeB.Builder#schedule} when they are due. Thread-safe.
 *
 * <p>What was done is noted in the repository of each job, and who does something holds a lock there: so of several
 * schedulers on one repository one does it, and where that one dies another takes over, three times at the most. The
 * jobs of one project are done one after the other. Nothing is due twice, also where a clock is set back.
 *
 * <p>A due time is what the job's line says. Of those that were missed only the last one is made up for. When a job is
 * seen for the first time, or with another line than the last time, nothing before that is due.
 */
public interface ScheduleService {
    /**
     * Names the jobs. Looks at nothing.
     *
     * @return in the order in which they were added
     */
    List<ScheduledJob> configured();

    /**
     * Tells how all jobs stand.
     *
     * @param cancellation ends it early
     * @return in the order in which they were added; a storage that does not answer is a problem in it
     */
    List<JobStatus> jobs(Cancellation cancellation);

    /**
     * Tells how all jobs stand, and cannot be cancelled.
     *
     * @return in the order in which they were added
     */
    default List<JobStatus> jobs() {
        return jobs(new Cancellation());
    }

    /**
     * Begins to do jobs when they are due, on threads of the library's own, until {@link #stop} or {@link
     * CodeB#close()}. Does nothing where it has begun already. Returns at once.
     */
    void start();

    /**
     * Begins nothing any more, and waits for what goes on. What has not ended in time is cancelled and waited for; its
     * due time stays open, and is made up for by the next scheduler. Does nothing where it has not begun.
     *
     * @param grace how long to wait before that; not negative
     * @return whether all had ended by then
     */
    boolean stop(Duration grace);

    /**
     * Does a job now, whatever is due, and waits until it has ended. It waits for other jobs of the project first. What
     * was due before counts as done by it.
     *
     * @param job its name, as in {@code shop/backup}
     * @param cancellation ends it early
     * @return what came of it
     * @throws io.codeb.error.ConfigException when there is no such job
     * @throws io.codeb.error.StorageException when it cannot be begun, as the storage does not answer
     * @throws io.codeb.error.CancelledException when it was cancelled
     */
    JobRun run(String job, Cancellation cancellation);

    /**
     * Does a job for a due time, on behalf of another scheduler, and waits until it has ended. It waits for other jobs
     * of the project first. Where it is called for the same due time again, by whatever process, it does nothing; what
     * was due longer ago than {@link ScheduledJob#catchingUp} says is missed.
     *
     * @param job its name, as in {@code shop/backup}
     * @param due the time that is due
     * @param cancellation ends it early; the due time stays open then
     * @return what came of it; empty where this due time, or a later one, is settled already
     * @throws io.codeb.error.ConfigException when there is no such job
     * @throws io.codeb.error.StorageException when it cannot be begun, as the storage does not answer
     * @throws io.codeb.error.CancelledException when it was cancelled
     */
    Optional<JobRun> run(String job, Instant due, Cancellation cancellation);

    /**
     * Does what is due now, one after the other, and returns: for schedulers that only call. What somebody else is at
     * is left to them.
     *
     * @param cancellation ends it early
     * @return what came of what was due
     * @throws io.codeb.error.CancelledException when it was cancelled
     */
    List<Done> runDue(Cancellation cancellation);

    /**
     * A job that was due.
     *
     * @param job which
     * @param run what came of it
     */
    record Done(ScheduledJob job, JobRun run) {
        /** Takes no null. */
        public Done {
            Objects.requireNonNull(job, "job");
            Objects.requireNonNull(run, "run");
        }
    }
}
