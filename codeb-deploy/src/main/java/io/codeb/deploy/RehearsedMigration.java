package io.codeb.deploy;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a migration has done in a rehearsal.
 *
 * @param report what was applied and pending, before it and after it; unknown after a failure
 * @param duration how long it took, with the start of its tool
 * @param versions each that was applied, in their order, with its own time; those of which the tool has noted none are
 *     not among them: Liquibase notes no times, and nobody knows those of other commands
 * @param failure why it would have failed; empty where it went well
 */
public record RehearsedMigration(
        MigrationReport report, Duration duration, List<RehearsedVersion> versions, Optional<GuardFailure> failure) {
    /** Copies the list. */
    public RehearsedMigration {
        Objects.requireNonNull(report, "report");
        Objects.requireNonNull(duration, "duration");
        versions = List.copyOf(versions);
        Objects.requireNonNull(failure, "failure");
    }
}
