package io.codeb.deploy;

import java.time.Duration;
import java.util.Objects;

/**
 * One of the migrations that a tool has applied in a rehearsal.
 *
 * @param version as {@link MigrationStatus#applied()} names it
 * @param duration how long it took, as the tool itself has noted it
 */
public record RehearsedVersion(String version, Duration duration) {
    /** Takes no null. */
    public RehearsedVersion {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(duration, "duration");
    }
}
