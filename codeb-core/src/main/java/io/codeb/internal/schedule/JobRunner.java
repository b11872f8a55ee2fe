package io.codeb.internal.schedule;

import io.codeb.JobRun;
import io.codeb.JobRun.Outcome;
import io.codeb.ScheduledJob;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.internal.repository.JobNote;
import io.codeb.internal.repository.JobNotes;
import io.codeb.internal.repository.ProjectLock;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.TimedCancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one job for one due time: claims it in the repository, tries, and notes what came of it. While it does, it holds
 * the lock of the project's jobs. A due time that was begun and not ended, and whose lock is free, is that of a process
 * that has died. Thread-safe.
 */
public final class JobRunner {
    /** So many processes may begin one due time. */
    static final int MOST_ATTEMPTS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(30);
    static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
    private static final Duration TURN_WAIT = Duration.ofSeconds(5);
    private static final int MOST_NOTING = 4;

    private final Work work;
    private final Pace pace;

    /**
     * Makes it; starts nothing.
     *
     * @param work what is done
     * @param pace how time passes
     */
    public JobRunner(Work work, Pace pace) {
        this.work = work;
        this.pace = pace;
    }

    /** How long to wait after so many failures in a row. */
    static Duration backOff(int failures) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(failures - 1, 10));
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    /** Does it if it is due. */
    Look look(ScheduledJob job, Cancellation cancellation) {
        return claim(new ByLine(job), cancellation);
    }

    /** Does it now, when it is the job's turn. */
    JobRun runNow(ScheduledJob job, Cancellation cancellation) {
        return inTurn(new Now(job), cancellation).run().orElseThrow();
    }

    /** Does it for a due time, when it is the job's turn. */
    Optional<JobRun> runFor(ScheduledJob job, Instant due, Cancellation cancellation) {
        return inTurn(new ForDue(job, due), cancellation).run();
    }

    private Look inTurn(Wish wish, Cancellation cancellation) {
        while (true) {
            cancellation.throwIfCancelled();
            Look look = claim(wish, cancellation);
            if (!look.isTaken()) {
                return look;
            }
            pace.pause(TURN_WAIT, cancellation);
        }
    }

    /** Which due time of a job is wanted. */
    private sealed interface Wish {
        ScheduledJob job();

        /** Up to when nothing is due any more. */
        default Instant settled(Optional<JobNote> known, Instant now) {
            return known.map(JobNote::settled)
                    .filter(settled -> !Agenda.isAhead(settled, now))
                    .orElse(Instant.EPOCH);
        }

        /** Empty where nothing is. */
        Optional<Instant> due(JobNote note, Instant now);

        /** How many processes have begun it, with this one. */
        default int attempt(JobNote note, Instant due) {
            return note.open()
                    .filter(open -> open.due().equals(due))
                    .map(open -> open.attempt() + 1)
                    .orElse(1);
        }

        default boolean isMissed(Instant due, int attempt, Instant now) {
            return Agenda.isMissed(job(), due, attempt > 1, now);
        }
    }

    private record ByLine(ScheduledJob job) implements Wish {
        @Override
        public Instant settled(Optional<JobNote> known, Instant now) {
            return Agenda.settled(job, known, now);
        }

        /** What somebody has begun and not ended, unless another time has come since. */
        @Override
        public Optional<Instant> due(JobNote note, Instant now) {
            Optional<Instant> begun = note.open().map(JobNote.Open::due);
            Optional<Instant> due = Agenda.due(job, note.settled(), now);
            return due.filter(time -> begun.map(time::isAfter).orElse(true)).or(() -> begun);
        }
    }

    private record ForDue(ScheduledJob job, Instant wanted) implements Wish {
        @Override
        public Optional<Instant> due(JobNote note, Instant now) {
            return Optional.of(wanted).filter(time -> time.isAfter(note.settled()));
        }
    }

    private record Now(ScheduledJob job) implements Wish {
        @Override
        public Optional<Instant> due(JobNote note, Instant now) {
            return Optional.of(now);
        }

        /** Whoever has asked for it asks again. */
        @Override
        public int attempt(JobNote note, Instant due) {
            return MOST_ATTEMPTS;
        }

        @Override
        public boolean isMissed(Instant due, int attempt, Instant now) {
            return false;
        }
    }

    private Look claim(Wish wish, Cancellation cancellation) {
        ScheduledJob job = wish.job();
        JobNotes notes = work.store(job).jobs();
        Claim claim;
        try {
            claim = new Claim(job, notes, lock(job, notes));
        } catch (LockedException e) {
            return Look.TAKEN;
        } catch (CodeBException e) {
            work.failed(job, e);
            throw e;
        }
        try (claim) {
            return claim.decide(wish, cancellation);
        }
    }

    /** On a full storage, where no lock can be written, a prune is what makes room. */
    private @Nullable ProjectLock lock(ScheduledJob job, JobNotes notes) {
        try {
            return notes.lock(job.project(), pace.clock());
        } catch (CodeBException e) {
            if (makesRoom(job, e)) {
                return null;
            }
            throw e;
        }
    }

    private static boolean makesRoom(ScheduledJob job, CodeBException failure) {
        return job.kind() == ScheduledJob.Kind.PRUNE && failure.code() == ErrorCode.STORAGE_FULL;
    }

    /** The lock of a project's jobs, and what is done and noted while it is held. */
    private final class Claim implements AutoCloseable {
        private final ScheduledJob job;
        private final JobNotes notes;
        private final @Nullable ProjectLock lock;

        Claim(ScheduledJob job, JobNotes notes, @Nullable ProjectLock lock) {
            this.job = job;
            this.notes = notes;
            this.lock = lock;
        }

        Look decide(Wish wish, Cancellation cancellation) {
            Instant now = pace.now();
            JobNote note;
            Instant due;
            int attempt;
            try {
                Optional<JobNote> known = notes.find(job);
                known.map(JobNote::settled)
                        .filter(settled -> Agenda.isAhead(settled, now))
                        .ifPresent(settled -> LOG.warn(
                                "{} is noted as done until {}, by a clock that was ahead: it begins anew",
                                job.name(),
                                settled));
                note = new JobNote(
                        wish.settled(known, now),
                        Agenda.line(job),
                        known.flatMap(JobNote::open),
                        known.flatMap(JobNote::last));
                Optional<Instant> wanted = wish.due(note, now);
                if (wanted.isEmpty()) {
                    if (known.filter(note::equals).isEmpty()) {
                        notes.put(job, note);
                    }
                    return Look.nothing(note.settled());
                }
                due = wanted.get();
                attempt = wish.attempt(note, due);
                if (attempt <= MOST_ATTEMPTS && !wish.isMissed(due, attempt, now)) {
                    begin(note, new JobNote.Open(due, attempt, now));
                }
            } catch (CodeBException e) {
                work.failed(job, e);
                throw e;
            }
            return settled(note, due, end(wish, note, due, attempt, now, cancellation), cancellation);
        }

        private void begin(JobNote note, JobNote.Open open) {
            try {
                notes.put(job, new JobNote(note.settled(), note.line(), Optional.of(open), note.last()));
            } catch (CodeBException e) {
                if (!makesRoom(job, e)) {
                    throw e;
                }
            }
        }

        private JobRun end(Wish wish, JobNote note, Instant due, int attempt, Instant now, Cancellation cancellation) {
            if (attempt > MOST_ATTEMPTS) {
                CodeBException lost = new EngineException(
                        ErrorCode.EXEC_LOST,
                        job.name() + " of " + due + " was begun " + MOST_ATTEMPTS
                                + " times, and each time the process or machine has died",
                        "look why; it is done again when it is due next");
                work.failed(job, lost);
                return over(due, now, 0, Outcome.LOST, lost);
            }
            if (wish.isMissed(due, attempt, now)) {
                LOG.warn("{} was due at {} and was missed", job.name(), due);
                return new JobRun(
                        due, now, now, 0, Outcome.MISSED, Optional.empty(), "nobody was there when it was due");
            }
            try {
                return tries(due, now, cancellation);
            } catch (CancelledException e) {
                release(note);
                throw e;
            }
        }

        private JobRun tries(Instant due, Instant began, Cancellation cancellation) {
            Instant end = began.plus(job.retrying());
            for (int tries = 1; ; tries++) {
                RuntimeException failure;
                try {
                    once(cancellation);
                    return new JobRun(due, began, pace.now(), tries, Outcome.DONE, Optional.empty(), "");
                } catch (RuntimeException e) {
                    failure = e;
                }
                cancellation.throwIfCancelled();
                Duration wait = backOff(tries);
                boolean again = failure instanceof CodeBException known
                        && known.retryable()
                        && !pace.now().plus(wait).isAfter(end);
                if (!again) {
                    LOG.warn("{} of {} has failed after {} tries: {}", job.name(), due, tries, failure.toString());
                    return over(due, began, tries, Outcome.FAILED, failure);
                }
                LOG.info("{} of {} is tried again in {}: {}", job.name(), due, wait, failure.getMessage());
                pace.pause(wait, cancellation);
                cancellation.throwIfCancelled();
            }
        }

        private void once(Cancellation cancellation) {
            try (TimedCancellation timed = new TimedCancellation(cancellation, job.timeout())) {
                try {
                    work.run(job, timed.cancellation());
                } catch (CancelledException e) {
                    if (!timed.isOver()) {
                        throw e;
                    }
                    CodeBException late = new EngineException(
                            ErrorCode.EXEC_TIMEOUT,
                            job.name() + " was cancelled, since it was not done within "
                                    + TimedCancellation.text(job.timeout()),
                            "give the job more time with timeout(…)");
                    work.failed(job, late);
                    throw late;
                }
            }
        }

        private JobRun over(Instant due, Instant began, int tries, Outcome outcome, RuntimeException failure) {
            ErrorCode code = failure instanceof CodeBException known ? known.code() : ErrorCode.COMMAND_FAILED;
            return new JobRun(
                    due, began, pace.now(), tries, outcome, Optional.of(code), String.valueOf(failure.getMessage()));
        }

        /** Whoever comes next begins it anew. */
        private void release(JobNote note) {
            try {
                requireKept();
                notes.put(job, new JobNote(note.settled(), note.line(), Optional.empty(), note.last()));
            } catch (CodeBException e) {
                LOG.warn("that {} was cancelled could not be noted: {}", job.name(), e.getMessage());
            }
        }

        private void requireKept() {
            if (lock != null) {
                lock.requireKept();
            }
        }

        /** What was done is done, whether or not it can be noted: then another process may do it again. */
        private Look settled(JobNote before, Instant due, JobRun run, Cancellation cancellation) {
            Instant settled = due.isAfter(before.settled()) ? due : before.settled();
            JobNote note = new JobNote(settled, before.line(), Optional.empty(), Optional.of(run));
            for (int tries = 1; ; tries++) {
                try {
                    requireKept();
                    notes.put(job, note);
                    break;
                } catch (LockedException e) {
                    LOG.warn("another scheduler has taken over {} of {}: {}", job.name(), due, e.getMessage());
                    break;
                } catch (CodeBException e) {
                    if (tries == MOST_NOTING || cancellation.isCancelled()) {
                        LOG.error("what came of {} of {} could not be noted", job.name(), due, e);
                        break;
                    }
                    pace.pause(backOff(tries), cancellation);
                }
            }
            return Look.done(settled, run);
        }

        @Override
        public void close() {
            if (lock != null) {
                lock.close();
            }
        }
    }
}
