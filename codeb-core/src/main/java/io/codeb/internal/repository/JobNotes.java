package io.codeb.internal.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.codeb.JobRun;
import io.codeb.ScheduledJob;
import io.codeb.error.ErrorCode;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.WriteMode;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the scheduled jobs of a repository are: one small object for each, {@code <project>/state/schedule-<kind>},
 * written by who holds the project's lock for that. Thread-safe.
 */
public final class JobNotes {
    private static final Logger LOG = LoggerFactory.getLogger(JobNotes.class);
    private static final int MAX_TEXT = 300;
    private static final Instant EARLIEST = Instant.parse("1000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9000-01-01T00:00:00Z");

    private final StorageBackend storage;

    JobNotes(StorageBackend storage) {
        this.storage = storage;
    }

    private static ObjectKey key(ScheduledJob job) {
        String kind = job.kind().name().toLowerCase(Locale.ROOT);
        return Layout.beside(job.project(), "state").child("schedule-" + kind);
    }

    /**
     * Takes the lock of a project's jobs, so that only one of them is done at a time, by one process.
     *
     * @param project whose
     * @param clock tells when a lease is over
     * @return the lock, to be closed
     * @throws io.codeb.error.LockedException when somebody holds it
     */
    public ProjectLock lock(String project, Clock clock) {
        return ProjectLock.ofJobs(storage, project, clock);
    }

    /**
     * Whether somebody holds the lock of a project's jobs.
     *
     * @param project whose
     * @param clock tells when a lease is over
     * @return false also where the holder has died
     */
    public boolean isLocked(String project, Clock clock) {
        return ProjectLock.isHeldForJobs(storage, project, clock);
    }

    /**
     * Reads it.
     *
     * @param job which
     * @return empty where there is none, or it cannot be read, which is logged
     */
    public Optional<JobNote> find(ScheduledJob job) {
        try {
            return SmallJson.find(storage, key(job), Content.class).map(Content::toNote);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} is no note of a job that can be read", key(job));
            return Optional.empty();
        }
    }

    /**
     * Writes it anew.
     *
     * @param job which
     * @param note how far it is
     */
    public void put(ScheduledJob job, JobNote note) {
        storage.put(key(job), WriteMode.REPLACE, SmallJson.write(Content.of(note)));
    }

    private static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) + "…" : line;
    }

    private static Instant sane(Instant time) {
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
            throw new IllegalArgumentException(time + " is no time of a job");
        }
        return time;
    }

    /** What a note holds. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Content(
            Instant settled,
            String line,
            @Nullable Open open,
            @Nullable Last last) {
        Content {
            Objects.requireNonNull(settled);
            Objects.requireNonNull(line);
        }

        static Content of(JobNote note) {
            return new Content(
                    note.settled(),
                    note.line(),
                    note.open().map(Open::of).orElse(null),
                    note.last().map(Last::of).orElse(null));
        }

        JobNote toNote() {
            return new JobNote(
                    sane(settled),
                    line,
                    Optional.ofNullable(open).map(Open::toOpen),
                    Optional.ofNullable(last).map(Last::toRun));
        }
    }

    /** A due time that somebody has begun. */
    record Open(Instant due, int attempt, Instant since) {
        Open {
            Objects.requireNonNull(due);
            Objects.requireNonNull(since);
        }

        static Open of(JobNote.Open open) {
            return new Open(open.due(), open.attempt(), open.since());
        }

        JobNote.Open toOpen() {
            return new JobNote.Open(sane(due), Math.max(1, attempt), sane(since));
        }
    }

    /** What came of a due time. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Last(
            Instant due,
            Instant startedAt,
            Instant endedAt,
            int tries,
            String outcome,
            @Nullable String code,
            String message) {
        Last {
            Objects.requireNonNull(due);
            Objects.requireNonNull(startedAt);
            Objects.requireNonNull(endedAt);
            Objects.requireNonNull(outcome);
            Objects.requireNonNull(message);
        }

        static Last of(JobRun run) {
            return new Last(
                    run.due(),
                    run.startedAt(),
                    run.endedAt(),
                    run.tries(),
                    run.outcome().name(),
                    run.code().map(ErrorCode::name).orElse(null),
                    cut(run.message()));
        }

        JobRun toRun() {
            return new JobRun(
                    due,
                    startedAt,
                    endedAt,
                    tries,
                    JobRun.Outcome.valueOf(outcome),
                    Optional.ofNullable(code).map(ErrorCode::valueOf),
                    message);
        }
    }
}
