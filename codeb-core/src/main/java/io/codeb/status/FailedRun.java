package io.codeb.status;

import io.codeb.error.ErrorCode;
import java.time.Instant;
import java.util.Objects;

/**
 * The last run that was to make a backup and made none.
 *
 * @param startedAt when it began
 * @param failedAt when it ended
 * @param stage what it was doing
 * @param code what went wrong
 * @param message the same for people, perhaps cut
 * @param inARow how many have failed one after the other, this one included; at least 1
 */
public record FailedRun(Instant startedAt, Instant failedAt, String stage, ErrorCode code, String message, int inARow) {
    /** Takes no null. */
    public FailedRun {
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(failedAt, "failedAt");
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        if (inARow < 1) {
            throw new IllegalArgumentException("a run that failed is one at least");
        }
    }
}
