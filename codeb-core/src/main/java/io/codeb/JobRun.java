package io.codeb;

import io.codeb.error.ErrorCode;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What came of a due time of a {@link ScheduledJob}.
 *
 * @param due which; for what somebody asked for, when that was
 * @param startedAt when the first try began; when it was given up, where none did
 * @param endedAt when the last one had ended
 * @param tries how many there were; 0 where it was given up before
 * @param outcome how it ended
 * @param code what went wrong, for programs; empty where nothing did
 * @param message what went wrong, for people; or else empty
 */
public record JobRun(
        Instant due,
        Instant startedAt,
        Instant endedAt,
        int tries,
        Outcome outcome,
        Optional<ErrorCode> code,
        String message) {
    /** How a due time ended. Whichever it is, that time is not tried any more. */
    public enum Outcome {
        /** It was done. */
        DONE,
        /** It has failed, and the time to try again was over, or it would have failed again. */
        FAILED,
        /** Nobody was there, and it was too late to make up for it. */
        MISSED,
        /** The process that had it has died, again and again. */
        LOST
    }

    /** Takes no null. */
    public JobRun {
        Objects.requireNonNull(due, "due");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(endedAt, "endedAt");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /**
     * Whether it was done.
     *
     * @return true when nothing is to be looked at
     */
    public boolean ok() {
        return outcome == Outcome.DONE;
    }
}
