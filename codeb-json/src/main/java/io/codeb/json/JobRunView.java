package io.codeb.json;

import io.codeb.JobRun;
import io.codeb.error.ErrorCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a job has ended.
 *
 * @param due when it was due
 * @param startedAt when it began
 * @param endedAt when it ended
 * @param tries how often it was tried
 * @param outcome how it ended
 * @param code what went wrong, for programs; null where nothing did
 * @param message for people
 */
public record JobRunView(
        Instant due,
        Instant startedAt,
        Instant endedAt,
        int tries,
        String outcome,
        @Nullable String code,
        String message) {
    /**
     * Makes it of what the library answers.
     *
     * @param run as the library has it
     * @return the same as JSON has it
     */
    public static JobRunView of(JobRun run) {
        return new JobRunView(
                run.due(),
                run.startedAt(),
                run.endedAt(),
                run.tries(),
                run.outcome().name(),
                run.code().map(ErrorCode::name).orElse(null),
                run.message());
    }
}
