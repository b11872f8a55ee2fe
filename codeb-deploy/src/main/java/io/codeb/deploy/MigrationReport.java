package io.codeb.deploy;

import java.util.Objects;

/**
 * What a migration has done.
 *
 * @param name of the {@link Migration}
 * @param before what was applied and pending before
 * @param after what is applied and pending after it; unknown also where it has failed and nobody could ask any more
 */
public record MigrationReport(String name, MigrationStatus before, MigrationStatus after) {
    /** Takes no null. */
    public MigrationReport {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
    }

    /** Takes only one after which nothing is pending. */
    void requireNonePending() {
        if (!after.pending().isEmpty()) {
            throw DeployException.ofMigration(
                    name + " ended well, and has not applied " + after.pending(), "look at what the tool says");
        }
    }
}
