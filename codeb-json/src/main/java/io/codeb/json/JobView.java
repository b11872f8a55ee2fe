package io.codeb.json;

import io.codeb.JobStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job that is done again and again.
 *
 * @param job its name
 * @param line when, as cron has it
 * @param timeZone of the line
 * @param next when it is due next
 * @param runningSince since when it runs; null where it does not
 * @param last how it ended last; null where it never ran
 * @param problem why nothing is known of the last; null where it is
 */
public record JobView(
        String job,
        String line,
        String timeZone,
        Instant next,
        @Nullable Instant runningSince,
        @Nullable JobRunView last,
        @Nullable String problem) {
    /**
     * Makes it of what the library answers.
     *
     * @param status as the library has it
     * @return the same as JSON has it
     */
    public static JobView of(JobStatus status) {
        return new JobView(
                status.job().name(),
                status.job().line().text(),
                status.job().line().zone().getId(),
                status.next(),
                status.runningSince().orElse(null),
                status.last().map(JobRunView::of).orElse(null),
                status.problem().orElse(null));
    }
}
