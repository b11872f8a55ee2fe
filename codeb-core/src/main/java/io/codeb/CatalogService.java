package io.codeb;

import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Knows the backups of a repository: what lies in the storage is the truth, nothing is cached. Thread-safe.
 *
 * <p>Methods throw {@link io.codeb.error.StorageException} when the storage refuses or does not answer.
 */
public interface CatalogService {
    /**
     * Lists a project's backups, the oldest first. What is in the folder and cannot be read as a backup is left out
     * here and told by {@link #verify(BackupId, Cancellation)} and {@link #sweep(Duration)}.
     *
     * @param project its name; it need not be configured
     * @return their manifests
     */
    List<Manifest> list(String project);

    /**
     * Lists the projects that have a folder in the repository.
     *
     * @return their names, sorted
     */
    List<String> projects();

    /**
     * Finds a backup.
     *
     * @param id which
     * @return its manifest
     * @throws io.codeb.error.StorageException {@code BACKUP_NOT_FOUND}
     * @throws io.codeb.error.IntegrityException when its manifest is damaged
     */
    Manifest show(BackupId id);

    /**
     * Finds a project's newest backup, of those that {@link #list(String)} lists.
     *
     * @param project its name
     * @return its manifest; empty when it has none
     */
    Optional<Manifest> latest(String project);

    /**
     * Reads a backup whole and compares it with its manifest. What is wrong is in the report, not thrown; what is
     * thrown kept it from looking.
     *
     * @param id which
     * @param cancellation ends it early
     * @return what was found
     */
    VerifyReport verify(BackupId id, Cancellation cancellation);

    /**
     * Reads a backup whole and compares it with its manifest.
     *
     * @param id which
     * @return what was found
     */
    default VerifyReport verify(BackupId id) {
        return verify(id, new Cancellation());
    }

    /**
     * Deletes a backup: the manifest first, so that a deletion that is cut leaves orphans and no half of a backup.
     *
     * @param id which
     * @throws io.codeb.error.StorageException {@code BACKUP_NOT_FOUND}
     */
    void delete(BackupId id);

    /**
     * Removes what no backup needs: entries without a manifest, and uploads that were never committed.
     *
     * @param olderThan how old they must be, so that runs of now are left alone; at least one hour is wise
     * @return what was removed
     */
    SweepReport sweep(Duration olderThan);

    /**
     * Writes a backup's dump to a file, decoded, its digests checked. The file appears whole or not at all.
     *
     * @param id which
     * @param file ends in {@code .sql}, {@code .sql.gz} or {@code .sql.zst}, which says the form; must not exist
     * @param cancellation ends it early
     * @throws io.codeb.error.StorageException {@code BACKUP_NOT_FOUND}; {@code OBJECT_EXISTS} when the file is there
     * @throws io.codeb.error.IntegrityException when what is stored is not what was written
     * @throws io.codeb.error.ConfigException when the file's name does not say the form
     */
    void export(BackupId id, Path file, Cancellation cancellation);

    /**
     * Writes a backup's entry to a stream, decoded and compressed anew. What was written counts only when this returns.
     *
     * @param id which
     * @param request which entry and in which form
     * @param cancellation ends it early
     * @throws io.codeb.error.StorageException {@code BACKUP_NOT_FOUND}
     * @throws io.codeb.error.IntegrityException when what is stored is not what was written
     * @throws io.codeb.error.ConfigException when the backup has no such entry
     */
    void export(BackupId id, ExportRequest request, Cancellation cancellation);
}
