package io.codeb.internal.schedule;

import io.codeb.ScheduledJob;
import io.codeb.internal.repository.JobNote;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Tells what is due, from what is noted and the time alone. */
final class Agenda {
    /** What is later than this was missed. */
    static final Duration SLACK = Duration.ofMinutes(1);

    /** What was begun and is later than this was missed. */
    static final Duration TAKEOVER_SLACK = Duration.ofHours(1);

    /** What is noted for a time further ahead was noted by a clock that was wrong. */
    static final Duration MOST_AHEAD = Duration.ofDays(1);

    private Agenda() {}

    /**
     * Up to when nothing is due any more. A job that nobody knows, or knows by another line, begins now. So does one
     * that is settled until a time that is far ahead: else it would not be done before that.
     */
    static Instant settled(ScheduledJob job, Optional<JobNote> known, Instant now) {
        Instant begin = now.minus(SLACK);
        Instant settled = known.map(JobNote::settled).orElse(begin);
        if (isAhead(settled, now)) {
            return begin;
        }
        boolean sameLine = known.filter(note -> note.line().equals(line(job))).isPresent();
        return sameLine || settled.isAfter(begin) ? settled : begin;
    }

    static boolean isAhead(Instant settled, Instant now) {
        return settled.isAfter(now.plus(MOST_AHEAD));
    }

    static String line(ScheduledJob job) {
        return job.line().toString();
    }

    /** The last due time of which nothing has begun, and should have: those before it count as done by it. */
    static Optional<Instant> due(ScheduledJob job, Instant settled, Instant now) {
        return Optional.of(job.due(now)).filter(due -> due.isAfter(settled));
    }

    /** Whether it is too late to do what was due; who takes over what others have begun may be later. */
    static boolean isMissed(ScheduledJob job, Instant due, boolean begun, Instant now) {
        Duration late = Duration.between(job.start(due), now);
        return late.compareTo(begun ? TAKEOVER_SLACK : SLACK) > 0 && late.compareTo(job.catchingUp()) > 0;
    }

    /** When to look again. */
    static Instant wake(ScheduledJob job, Instant settled) {
        return job.start(job.line().next(settled));
    }
}
