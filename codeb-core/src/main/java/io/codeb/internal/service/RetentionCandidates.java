package io.codeb.internal.service;

import io.codeb.DrillHistory;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.error.StorageException;
import io.codeb.internal.io.Several;
import io.codeb.internal.repository.BackupStore;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Manifest;
import io.codeb.retention.RetentionCandidate;
import io.codeb.retention.RetentionCandidate.Standing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at each backup of a project, as far as a policy wants to know it. Where the repository asks for signatures, a
 * backup that has none that is believed is one that cannot be read: whoever can write to the storage and not delete
 * must not get good backups deleted by planting newer ones.
 */
final class RetentionCandidates {
    private final BackupStore store;
    private final String project;
    private final Set<BackupId> drilled;
    private final Set<BackupId> pinned;

    private RetentionCandidates(BackupStore store, String project) {
        this.store = store;
        this.project = project;
        this.drilled = Set.copyOf(store.drills().ids(project));
        this.pinned = Set.copyOf(store.pins().ids(project));
    }

    /** All backups of the project, also those that cannot be read. */
    static List<RetentionCandidate> of(BackupStore store, String project, Cancellation cancellation) {
        List<BackupId> folders = store.folders(project);
        if (folders.isEmpty()) {
            return List.of();
        }
        RetentionCandidates candidates = new RetentionCandidates(store, project);
        return Several.each(folders, cancellation, candidates::look).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<RetentionCandidate> look(BackupId id) {
        try {
            Manifest manifest = store.read(project, id, distrust -> {
                throw distrust;
            });
            long bytes = manifest.storedSize();
            return Optional.of(new RetentionCandidate(
                    id,
                    manifest.startedAt(),
                    bytes < 0 ? Long.MAX_VALUE : bytes,
                    manifest.base(),
                    standing(id),
                    pinned.contains(id)));
        } catch (IntegrityException e) {
            return Optional.of(new RetentionCandidate(
                    id, Instant.EPOCH, 0, store.baseOf(project, id), Standing.UNREADABLE, pinned.contains(id)));
        } catch (StorageException e) {
            if (e.code() == ErrorCode.BACKUP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Standing standing(BackupId id) {
        if (!drilled.contains(id)) {
            return Standing.UNPROVEN;
        }
        DrillHistory drills = store.drills().find(project, id);
        if (drills.provenAt().isPresent()) {
            return Standing.PROVEN;
        }
        return drills.failed().filter(DrillHistory.Failure::againstTheBackup).isPresent()
                ? Standing.REFUTED
                : Standing.UNPROVEN;
    }
}
