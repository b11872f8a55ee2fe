package io.codeb.deploy;

import io.codeb.PreflightReport;
import io.codeb.model.BackupRef;
import java.util.Objects;
import java.util.Optional;

/**
 * How a staging system would get the data of production, as far as the last backup tells.
 *
 * @param backup the last one of production; empty where there is none, so that nobody can tell
 * @param checks of its restore in the place of staging's database; empty where there is none
 */
public record StagingPlan(Optional<BackupRef> backup, Optional<PreflightReport> checks) {
    /** Takes no null. */
    public StagingPlan {
        Objects.requireNonNull(backup, "backup");
        Objects.requireNonNull(checks, "checks");
    }

    /**
     * Whether nothing is known that is in the way.
     *
     * @return false where a check has found an error
     */
    public boolean ok() {
        return checks.map(PreflightReport::ok).orElse(true);
    }
}
