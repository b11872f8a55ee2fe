package io.codeb;

import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Manifest;

/**
 * A backup as the catalog tells of it.
 *
 * @param ref which it is
 * @param manifest all that is on record
 */
public record Backup(BackupRef ref, Manifest manifest) {
    /**
     * Its name in its repository.
     *
     * @return the id, without repository and project
     */
    public BackupId id() {
        return ref.id();
    }
}
