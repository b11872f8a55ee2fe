package io.codeb.deploy;

import io.codeb.model.BackupRef;
import java.time.Duration;
import java.util.Objects;

/**
 * A staging system that has the data of production.
 *
 * @param backup of production
 * @param guard what was done to staging's database; its steps have the restore and each test
 * @param duration how long all of it took
 */
public record StagingReport(BackupRef backup, GuardReport guard, Duration duration) {
    /** Takes no null. */
    public StagingReport {
        Objects.requireNonNull(backup, "backup");
        Objects.requireNonNull(guard, "guard");
        Objects.requireNonNull(duration, "duration");
    }
}
