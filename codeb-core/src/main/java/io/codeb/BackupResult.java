package io.codeb;

import io.codeb.model.BackupId;
import io.codeb.model.Manifest;
import java.time.Duration;

/**
 * A backup that exists.
 *
 * @param manifest all that is on record
 * @param duration how long it took
 */
public record BackupResult(Manifest manifest, Duration duration) {
    /**
     * Its name.
     *
     * @return the id
     */
    public BackupId id() {
        return manifest.id();
    }
}
