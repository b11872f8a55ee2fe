package io.codeb;

import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import java.time.Duration;
import java.util.List;

/**
 * A backup that exists.
 *
 * @param ref which it is
 * @param manifest all that is on record
 * @param notices what did not stop the backup and the caller should know, for example why its restore may need care
 * @param duration how long it took
 */
public record BackupResult(BackupRef ref, Manifest manifest, List<Notice> notices, Duration duration) {
    /** Copies the list. */
    public BackupResult {
        notices = List.copyOf(notices);
    }

    /**
     * Its name in its repository.
     *
     * @return the id, without repository and project
     */
    public BackupId id() {
        return manifest.id();
    }
}
