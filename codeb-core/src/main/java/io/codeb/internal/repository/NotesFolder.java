package io.codeb.internal.repository;

import io.codeb.model.BackupId;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.util.List;
import java.util.stream.Stream;

/**
 * Notes of one kind beside the backups of one repository: a small object for each, {@code <project>/<folder>/<backup
 * id>}, which goes with its backup. Thread-safe.
 */
final class NotesFolder {
    private final BackupStore store;
    private final StorageBackend storage;
    private final String folder;

    NotesFolder(BackupStore store, String folder) {
        this.store = store;
        this.storage = store.storage();
        this.folder = folder;
    }

    ObjectKey key(String project, BackupId id) {
        return Layout.beside(project, folder).child(id.value());
    }

    /** The ids of the backups that have one, of which some may be deleted. */
    List<BackupId> ids(String project) {
        return objects(project).stream()
                .map(note -> new BackupId(note.key().name()))
                .toList();
    }

    private List<StoredObject> objects(String project) {
        try (Stream<StoredObject> notes =
                storage.list(Layout.beside(project, folder).value())) {
            return notes.filter(note -> BackupId.isValid(note.key().name())
                            && note.key()
                                    .equals(key(project, new BackupId(note.key().name()))))
                    .toList();
        }
    }

    /** Writes a backup's note anew. */
    void write(String project, BackupId id, Object content) {
        ObjectKey key = key(project, id);
        storage.put(key, WriteMode.REPLACE, SmallJson.write(content));
        if (!store.mayExist(project, id)) {
            // It was deleted meanwhile, and its note with it.
            storage.delete(key);
        }
    }

    void delete(String project, BackupId id) {
        storage.delete(key(project, id));
    }

    /** Notes of backups that are not there. */
    List<StoredObject> strays(String project) {
        return objects(project).stream()
                .filter(note -> !store.mayExist(project, new BackupId(note.key().name())))
                .toList();
    }
}
