package io.codeb.internal.repository;

import io.codeb.Pin;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.internal.io.Several;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Deletes backups of one project, each its manifest first, while nobody makes one that may build on them. For one
 * thread.
 */
public final class Deletions implements AutoCloseable {
    private final BackupStore store;
    private final String project;

    /** Null where the storage is full: nobody held the lock, and nobody can take it before there is room. */
    private final @Nullable ProjectLock lock;

    /** What each backup is told against; null before anybody has looked. */
    private @Nullable Map<BackupId, Optional<BackupId>> bases;

    private Deletions(BackupStore store, String project, @Nullable ProjectLock lock) {
        this.store = store;
        this.project = project;
        this.lock = lock;
    }

    static Deletions begin(BackupStore store, String project, Clock clock) {
        try {
            return new Deletions(store, project, store.lock(project, clock));
        } catch (StorageException e) {
            if (e.code() != ErrorCode.STORAGE_FULL) {
                throw e;
            }
            // Deleting makes room.
            return new Deletions(store, project, null);
        }
    }

    /**
     * Tells what each backup is told against, as it was found since this began: it is not looked for again then.
     *
     * @param found the base of each backup that there is
     */
    public void knowing(Map<BackupId, Optional<BackupId>> found) {
        bases = new HashMap<>(found);
    }

    /**
     * Deletes a backup.
     *
     * @param id which
     * @throws StorageException {@code BACKUP_NEEDED} when others name it as their base, {@code BACKUP_PINNED} when it
     *     is pinned
     * @throws io.codeb.error.LockedException when the lock was lost
     */
    public void delete(BackupId id) {
        Map<BackupId, Optional<BackupId>> known = bases == null ? look() : bases;
        bases = known;
        List<BackupId> needing = known.entrySet().stream()
                .filter(other -> other.getValue().equals(Optional.of(id)))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (!needing.isEmpty()) {
            throw new StorageException(
                    ErrorCode.BACKUP_NEEDED,
                    "backup " + store.ref(project, id) + " is the base of others, which cannot be read without it: "
                            + needing,
                    "delete those first, the newest before the others");
        }
        Optional<Pin> pin = store.pins().find(project, id);
        if (pin.isPresent()) {
            throw new StorageException(
                    ErrorCode.BACKUP_PINNED,
                    "backup " + store.ref(project, id) + " is pinned: "
                            + pin.get().reason(),
                    "unpin it first, if nobody needs it any more");
        }
        if (lock != null) {
            lock.requireHeld();
        }
        store.storage().delete(Layout.manifest(project, id));
        known.remove(id);
        store.removeAll(project, id);
        store.notes().forEach(notes -> notes.delete(project, id));
    }

    private Map<BackupId, Optional<BackupId>> look() {
        List<BackupId> folders = store.folders(project);
        List<Optional<BackupId>> found =
                Several.each(folders, new Cancellation(), other -> store.baseOf(project, other));
        Map<BackupId, Optional<BackupId>> looked = new HashMap<>();
        for (int i = 0; i < found.size(); i++) {
            looked.put(folders.get(i), found.get(i));
        }
        return looked;
    }

    @Override
    public void close() {
        if (lock != null) {
            lock.close();
        }
    }
}
