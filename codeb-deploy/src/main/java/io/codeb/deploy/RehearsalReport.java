package io.codeb.deploy;

import io.codeb.model.BackupRef;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What the migrations of a deployment have done to a copy of the database.
 *
 * @param project whose
 * @param backup what the copy was made of
 * @param image the image of its server
 * @param migrations those that were run, in their order; one that failed is the last
 * @param tables in the order of their names
 * @param bytesBefore the size of the database on its server's disk
 * @param bytesAfter the same afterwards
 * @param lockPrecision how long nobody has looked for locks at the most: what a lock lasted is right to about that, and
 *     one that was shorter can have been missed
 * @param failures what would have failed, or must not be: empty where the rehearsal went well
 * @param duration how long it took, with the restore of the copy
 */
public record RehearsalReport(
        String project,
        BackupRef backup,
        String image,
        List<RehearsedMigration> migrations,
        List<RehearsedTable> tables,
        long bytesBefore,
        long bytesAfter,
        Duration lockPrecision,
        List<GuardFailure> failures,
        Duration duration) {
    /** Copies the lists. */
    public RehearsalReport {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(backup, "backup");
        Objects.requireNonNull(image, "image");
        migrations = List.copyOf(migrations);
        tables = List.copyOf(tables);
        Objects.requireNonNull(lockPrecision, "lockPrecision");
        failures = List.copyOf(failures);
        Objects.requireNonNull(duration, "duration");
    }

    /**
     * Whether the migrations can be made on the live database.
     *
     * @return false when anything has failed
     */
    public boolean ok() {
        return failures.isEmpty();
    }

    /**
     * Takes only a rehearsal that went well.
     *
     * @throws RehearsalFailedException when it did not
     */
    public void requireOk() {
        if (!ok()) {
            throw new RehearsalFailedException(this);
        }
    }
}
