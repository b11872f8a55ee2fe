package io.codeb;

import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Manifest;
import java.time.Instant;
import java.util.Optional;

/**
 * A backup as the catalog tells of it.
 *
 * @param ref which it is
 * @param manifest all that is on record
 * @param drills what drills have found of it
 */
public record Backup(BackupRef ref, Manifest manifest, DrillHistory drills) {
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
