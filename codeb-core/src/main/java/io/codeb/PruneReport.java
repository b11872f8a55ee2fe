package io.codeb;

import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import io.codeb.retention.RetentionPlan;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What {@link RetentionService#prune} did.
 *
 * @param plan what was to be done, and why
 * @param removed the backups that exist no more, in the order in which they went
 * @param removedBytes what these took in the storage
 * @param failures the backups that were to go and are still there, and why
 * @param swept what failed and killed runs had left; what could not be removed of it, or looked for, is there with the
 *     reason
 * @param duration how long it took
 */
public record PruneReport(
        RetentionPlan plan,
        List<BackupRef> removed,
        long removedBytes,
        List<Failure> failures,
        SweepReport swept,
        Duration duration) {
    /** Copies the lists. */
    public PruneReport {
        Objects.requireNonNull(plan, "plan");
        removed = List.copyOf(removed);
        failures = List.copyOf(failures);
        Objects.requireNonNull(swept, "swept");
        Objects.requireNonNull(duration, "duration");
    }

    /**
     * Whether all backups are gone that were to go.
     *
     * @return true when nothing failed
     */
    public boolean ok() {
        return failures.isEmpty();
    }

    /**
     * A backup that was to go and is still there.
     *
     * @param ref which
     * @param code {@code CANCELLED} when it was not tried any more
     * @param reason why, for people
     */
    public record Failure(BackupRef ref, ErrorCode code, String reason) {
        /** Takes no null. */
        public Failure {
            Objects.requireNonNull(ref, "ref");
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
