package io.codeb;

import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import java.util.List;
import java.util.Optional;

/**
 * The backups of a project, and what lies among them and cannot be read.
 *
 * @param backups those that were looked for, the oldest first
 * @param unreadable those of which nobody knows whether they were looked for, the oldest first
 */
public record BackupListing(List<Backup> backups, List<Unreadable> unreadable) {
    /** Copies the lists. */
    public BackupListing {
        backups = List.copyOf(backups);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * The newest of the backups, whether or not something that cannot be read is newer.
     *
     * @return empty when there is none
     */
    public Optional<Backup> latest() {
        return backups.isEmpty() ? Optional.empty() : Optional.of(backups.get(backups.size() - 1));
    }

    /**
     * A backup whose manifest cannot be read.
     *
     * @param ref which it is, by where it lies
     * @param code {@code MANIFEST_NEWER} where a newer version of CodeB can read it; else it is damaged
     * @param reason what is wrong, for people
     */
    public record Unreadable(BackupRef ref, ErrorCode code, String reason) {}
}
