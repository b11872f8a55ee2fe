package io.codeb;

import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Manifest;
import java.time.Instant;
import java.util.Optional;

/**
 * A backup as the catalog tells of it.
 *
 * @param ref which it is
 * @param manifest all that is on record
 * @param drills what drills have found of it
 * @param pin that it stays, and why; empty where nobody has said so
 */
@CheckReturnValue
public record Backup(BackupRef ref, Manifest manifest, DrillHistory drills, Optional<Pin> pin) {
    /**
     * A backup that is in no drill and not pinned.
     *
     * @param ref which it is
     * @param manifest all that is on record
     * @return the backup
     */
    public static Backup of(BackupRef ref, Manifest manifest) {
        return new Backup(ref, manifest, DrillHistory.NONE, Optional.empty());
    }

    /**
     * With what drills have found of it.
     *
     * @param history that
     * @return a changed copy
     */
    public Backup with(DrillHistory history) {
        return new Backup(ref, manifest, history, pin);
    }

    /**
     * With a pin.
     *
     * @param why that it stays
     * @return a changed copy
     */
    public Backup with(Pin why) {
        return new Backup(ref, manifest, drills, Optional.of(why));
    }

    /**
     * Its name in its repository.
     *
     * @return the id, without repository and project
     */
    public BackupId id() {
        return ref.id();
    }

    /**
     * When a drill has proven it last.
     *
     * @return empty where none has, and where it has failed in one since
     */
    public Optional<Instant> provenAt() {
        return drills.provenAt();
    }
}
