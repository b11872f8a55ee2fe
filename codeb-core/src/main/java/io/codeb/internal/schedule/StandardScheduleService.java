package io.codeb.internal.schedule;

import io.codeb.JobRun;
import io.codeb.JobStatus;
import io.codeb.Run;
import io.codeb.ScheduleService;
import io.codeb.ScheduledJob;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.internal.io.OwnThread;
import io.codeb.internal.repository.JobNote;
import io.codeb.internal.repository.JobNotes;
import io.codeb.model.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of one {@link io.codeb.CodeB}. One thread waits for what is due and never touches a storage; what is due is
 * done on threads of its own, one for each project.
 */
public final class StandardScheduleService implements ScheduleService, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StandardScheduleService.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(30);

    private final List<ScheduledJob> jobs;
    private final Work work;
    private final JobRunner runner;
    private final Pace pace;
    private final Starter starter;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private @Nullable Session session;

    /** Does something on a thread of its own. */
    @FunctionalInterface
    public interface Starter {
        /** Begins it. */
        Run<Boolean> start(Function<Cancellation, Boolean> work);
    }

    /**
     * Makes it; starts nothing.
     *
     * @param jobs what is to be done, each with a name of its own
     * @param work what a job does
     * @param pace how time passes
     * @param starter does what is due
     */
    public StandardScheduleService(List<ScheduledJob> jobs, Work work, Pace pace, Starter starter) {
        this.jobs = List.copyOf(jobs);
        this.work = work;
        this.runner = new JobRunner(work, pace);
        this.pace = pace;
        this.starter = starter;
    }

    private ScheduledJob job(String name) {
        return jobs.stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        "no job is named '" + name + "'; there are "
                                + jobs.stream().map(ScheduledJob::name).toList(),
                        "check the spelling, or add the job with schedule(…)"));
    }

    @Override
    public List<ScheduledJob> configured() {
        return jobs;
    }

    @Override
    public List<JobStatus> jobs(Cancellation cancellation) {
        List<JobStatus> all = new ArrayList<>();
        for (ScheduledJob job : jobs) {
            cancellation.throwIfCancelled();
            all.add(status(job));
        }
        return all;
    }

    private JobStatus status(ScheduledJob job) {
        Instant next = job.next(pace.now());
        try {
            JobNotes notes = work.store(job).jobs();
            Optional<JobNote> note = notes.find(job);
            Optional<Instant> running = note.flatMap(JobNote::open)
                    .filter(open -> notes.isLocked(job.project(), pace.clock()))
                    .map(JobNote.Open::since);
            return new JobStatus(job, next, note.flatMap(JobNote::last), running, Optional.empty());
        } catch (CancelledException e) {
            throw e;
        } catch (CodeBException e) {
            return new JobStatus(
                    job, next, Optional.empty(), Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public JobRun run(String job, Cancellation cancellation) {
        return runner.runNow(job(job), cancellation);
    }

    @Override
    public Optional<JobRun> run(String job, Instant due, Cancellation cancellation) {
        return runner.runFor(job(job), due, cancellation);
    }

    @Override
    public List<Done> runDue(Cancellation cancellation) {
        List<Done> done = new ArrayList<>();
        for (ScheduledJob job : inOrder()) {
            cancellation.throwIfCancelled();
            Instant now = pace.now();
            try {
                runner.look(job, cancellation).run().ifPresent(run -> done.add(new Done(job, run)));
            } catch (CancelledException e) {
                throw e;
            } catch (CodeBException e) {
                JobRun failed = new JobRun(
                        now,
                        now,
                        pace.now(),
                        0,
                        JobRun.Outcome.FAILED,
                        Optional.of(e.code()),
                        String.valueOf(e.getMessage()));
                done.add(new Done(job, failed));
            }
        }
        return done;
    }

    private List<ScheduledJob> inOrder() {
        return jobs.stream().sorted(Comparator.comparing(ScheduledJob::kind)).toList();
    }

    @Override
    public void start() {
        lock.lock();
        try {
            if (session == null) {
                session = new Session();
                session.thread.start();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean stop(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("a time to wait is not negative: " + grace);
        }
        lock.lock();
        try {
            Session stopped = session;
            if (stopped == null) {
                return true;
            }
            stopped.end();
            session = null;
            if (stopped.awaitEnd(grace)) {
                return true;
            }
            stopped.going.values().forEach(going -> going.cancel("the scheduler was stopped"));
            if (!stopped.awaitEnd(CANCEL_PATIENCE)) {
                LOG.warn("jobs were cancelled and have not ended in {}: {}", CANCEL_PATIENCE, stopped.going.keySet());
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** What goes on is for others to cancel and to wait for. */
    @Override
    public void close() {
        Session open;
        lock.lock();
        try {
            open = session;
            session = null;
            if (open != null) {
                open.end();
            }
        } finally {
            lock.unlock();
        }
        if (open != null && !open.thread.await(CLOSE_PATIENCE)) {
            open.thread.interrupt();
        }
    }

    /** Does what is due for a while, on the thread that calls; for tests, which have no time to wait. */
    void runUntil(Instant end) {
        Session own = new Session();
        while (pace.now().isBefore(end)) {
            own.cycle();
        }
    }

    /** From a start to a stop. */
    private final class Session {
        private final OwnThread thread = new OwnThread("schedule", this::go);
        private final List<Tracker> trackers =
                inOrder().stream().map(Tracker::new).toList();
        private final Map<String, Cancellable> going = new HashMap<>();
        private Cancellation wake = new Cancellation();
        private boolean ending;

        private void go() {
            while (true) {
                try {
                    if (!cycle()) {
                        return;
                    }
                } catch (RuntimeException | LinkageError e) {
                    LOG.error("the scheduler stumbled, and goes on", e);
                    pace.pause(Pace.LONGEST, new Cancellation());
                }
            }
        }

        /** Begins what is due, and waits for what is next. */
        private boolean cycle() {
            Cancellation early;
            Duration wait;
            lock.lock();
            try {
                if (ending) {
                    return false;
                }
                wake = new Cancellation();
                early = wake;
                wait = beginAll();
            } finally {
                lock.unlock();
            }
            pace.pause(wait, early);
            return true;
        }

        private Duration beginAll() {
            Instant now = pace.now();
            for (Tracker tracker : trackers) {
                if (!going.containsKey(tracker.job.project())
                        && !tracker.lookAt(now).isAfter(now)) {
                    begin(tracker, now);
                }
            }
            return trackers.stream()
                    .filter(tracker -> !going.containsKey(tracker.job.project()))
                    .map(tracker -> Duration.between(now, tracker.lookAt(now)))
                    .filter(time -> time.compareTo(Pace.LONGEST) < 0)
                    .min(Comparator.naturalOrder())
                    .map(time -> time.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : time)
                    .orElse(Pace.LONGEST);
        }

        private void begin(Tracker tracker, Instant now) {
            String project = tracker.job.project();
            Cancellable run = new Cancellable();
            going.put(project, run);
            try {
                run.of(starter.start(cancellation -> look(tracker, cancellation)));
            } catch (RuntimeException | Error e) {
                going.remove(project);
                tracker.later(now.plus(Pace.LONGEST));
                LOG.error("{} could not be begun", tracker.job.name(), e);
            }
        }

        private boolean look(Tracker tracker, Cancellation cancellation) {
            try {
                Look look = runner.look(tracker.job, cancellation);
                lock.lock();
                try {
                    tracker.looked(look, pace.now());
                } finally {
                    lock.unlock();
                }
                return true;
            } catch (RuntimeException | Error e) {
                lock.lock();
                try {
                    tracker.failed(pace.now());
                } finally {
                    lock.unlock();
                }
                LOG.warn("{} could not be done: {}", tracker.job.name(), e.toString());
                throw e;
            } finally {
                lock.lock();
                try {
                    going.remove(tracker.job.project());
                    wake.cancel("something has ended");
                    ended.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        }

        private void end() {
            ending = true;
            wake.cancel("the scheduler ends");
        }

        private boolean awaitEnd(Duration atMost) {
            long left =
                    atMost.compareTo(ScheduledJob.MAX_TIME) > 0 ? ScheduledJob.MAX_TIME.toNanos() : atMost.toNanos();
            while (!going.isEmpty() && left > 0) {
                try {
                    left = ended.awaitNanos(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return going.isEmpty();
        }
    }

    /** A run that has begun or is about to. */
    private static final class Cancellable {
        private @Nullable Run<Boolean> run;

        void of(Run<Boolean> begun) {
            run = begun;
        }

        void cancel(String reason) {
            if (run != null) {
                run.cancel(reason);
            }
        }
    }

    /** When to look after a job again; guarded by the lock. */
    private static final class Tracker {
        private final ScheduledJob job;
        private @Nullable Instant settled;
        private @Nullable Instant notBefore;
        private int failures;

        Tracker(ScheduledJob job) {
            this.job = job;
        }

        Instant lookAt(Instant now) {
            // Where a clock was set back, what was to be waited for is not waited for again.
            if (notBefore != null && notBefore.isAfter(now) && !notBefore.isAfter(now.plus(JobRunner.LONGEST_WAIT))) {
                return notBefore;
            }
            return settled == null || Agenda.isAhead(settled, now) ? now : Agenda.wake(job, settled);
        }

        void looked(Look look, Instant now) {
            failures = 0;
            settled = look.settled().orElse(settled);
            notBefore = look.isTaken() ? now.plus(Pace.LONGEST) : null;
        }

        void failed(Instant now) {
            failures++;
            notBefore = now.plus(JobRunner.backOff(failures));
        }

        void later(Instant time) {
            notBefore = time;
        }
    }
}
