package io.codeb;

import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Knows the backups of the repositories: what lies in their storages is the truth, nothing is cached. Thread-safe.
 *
 * <p>What works on a whole repository works on the first one, and on another by {@link #in(String)}. A backup is named
 * by its {@link BackupRef}, or by its id alone: that is looked for in all repositories, and does where only one has it.
 *
 * <p>Methods throw {@link io.codeb.error.StorageException} when the storage refuses or does not answer, and when there
 * is no such backup ({@code BACKUP_NOT_FOUND}) or an id is not enough to tell which one is meant ({@code
 * BACKUP_AMBIGUOUS}, which names them); {@link io.codeb.error.ConfigException} when there is no repository of a name.
 */
public interface CatalogService {
    /**
     * Narrows it to one repository: that is the first one then, and the only one that ids are looked for in.
     *
     * @param repository its name
     * @return the catalog of that repository
     */
    @CheckReturnValue
    CatalogService in(String repository);

    /**
     * Names the repositories that this catalog works on.
     *
     * @return as they were configured, the first one is the default; never empty
     */
    List<String> repositories();

    /**
     * Lists a project's backups, and what lies among them and cannot be read. Each manifest of the project is read.
     *
     * @param query whose backups, and which of them
     * @return those of the first repository, the oldest first
     */
    BackupListing list(BackupQuery query);

    /**
     * Lists a project's backups, the oldest first. What cannot be read is left out here, and told by {@link
     * #list(BackupQuery)}.
     *
     * @param project its name; it need not be configured
     * @return those of the first repository
     * @throws IllegalArgumentException when no project can be named so
     */
    default List<Backup> list(String project) {
        return list(BackupQuery.of(project)).backups();
    }

    /**
     * Lists the projects that have a folder in the first repository.
     *
     * @return their names, sorted
     */
    List<String> projects();

    /**
     * Finds a project's newest backup, of those that {@link #list(String)} lists: what is newer and cannot be read is
     * passed over. Whoever must know of that asks {@link #list(BackupQuery)}, which tells it beside {@link
     * BackupListing#latest()}.
     *
     * @param project its name
     * @return empty when it has none
     * @throws IllegalArgumentException when no project can be named so
     */
    Optional<Backup> latest(String project);

    /**
     * Tells which backup is meant by an id.
     *
     * @param id which
     * @return the only one that has it, whether or not its manifest can be read
     * @throws io.codeb.error.StorageException also when one of the repositories does not answer: it might have one, too
     */
    BackupRef resolve(BackupId id);

    /**
     * Tells which backup is meant by a text.
     *
     * @param text an id, or {@code repository/project/id}, which is not looked for
     * @return the backup
     * @throws IllegalArgumentException when the text is neither
     */
    default BackupRef resolve(String text) {
        return Objects.requireNonNull(text, "text").contains("/") ? BackupRef.parse(text) : resolve(new BackupId(text));
    }

    /**
     * Reads what is on record.
     *
     * @param backup which
     * @return its manifest
     * @throws io.codeb.error.IntegrityException when its manifest is damaged
     */
    Manifest read(BackupRef backup);

    /**
     * Reads what is on record of the backup that {@link #resolve(BackupId)} answers.
     *
     * @param id which
     * @return its manifest
     */
    default Manifest read(BackupId id) {
        return read(resolve(id));
    }

    /**
     * Reads a backup whole and compares it with its manifest. What is wrong is in the report, not thrown; what is
     * thrown kept it from looking. Where the backup is encrypted and there is no private key here, what is stored is
     * compared, and the report says that no more was.
     *
     * @param backup which
     * @param cancellation ends it early
     * @return what was found
     */
    VerifyReport verify(BackupRef backup, Cancellation cancellation);

    /**
     * Reads a backup whole, as {@link #verify(BackupRef, Cancellation)} does, and cannot be cancelled.
     *
     * @param backup which
     * @return what was found
     */
    default VerifyReport verify(BackupRef backup) {
        return verify(backup, new Cancellation());
    }

    /**
     * Reads the backup whole that {@link #resolve(BackupId)} answers, and cannot be cancelled.
     *
     * @param id which
     * @return what was found
     */
    default VerifyReport verify(BackupId id) {
        return verify(resolve(id));
    }

    /**
     * Copies a backup to another repository as it is stored: nothing is dumped, decoded or encrypted anew, and no key
     * is needed. What arrived is read back there before the copy exists, and the copy is signed where that repository
     * signs. It has the same project and id, and if it is encrypted, the same recipients, until {@link #rewrap} gives
     * it others. A copy that is there already is proven again.
     *
     * @param backup which; not believed unless its own repository believes it
     * @param repository where to, by its name
     * @param cancellation ends it early; nothing is left there then
     * @return the copy
     * @throws io.codeb.error.ConfigException when the backup is not encrypted and that repository encrypts, or when
     *     that repository believes signed backups only and does not sign here
     * @throws io.codeb.error.IntegrityException when the backup is damaged, or not signed as its repository asks
     * @throws io.codeb.error.LockedException while a backup of the project is made or deleted there
     */
    BackupRef copy(BackupRef backup, String repository, Cancellation cancellation);

    /**
     * Copies a backup, as {@link #copy(BackupRef, String, Cancellation)} does, and cannot be cancelled.
     *
     * @param backup which
     * @param repository where to, by its name
     * @return the copy
     */
    default BackupRef copy(BackupRef backup, String repository) {
        return copy(backup, repository, new Cancellation());
    }

    /**
     * Tells how far the mirrors of the first repository are.
     *
     * @param project whose backups
     * @return one for each mirror, as they were configured; a mirror that does not answer has its problem there
     * @throws IllegalArgumentException when no project can be named so
     */
    List<MirrorStatus> mirrors(String project);

    /**
     * Copies to the mirrors of the first repository what they lack, the oldest first, each until something fails. A
     * backup does the same at its end.
     *
     * @param project whose backups
     * @param cancellation ends it early, which is a problem of the mirror that was copied to
     * @return how far they are then
     * @throws IllegalArgumentException when no project can be named so
     */
    List<MirrorStatus> catchUp(String project, Cancellation cancellation);

    /**
     * Copies to the mirrors, as {@link #catchUp(String, Cancellation)} does, and cannot be cancelled.
     *
     * @param project whose backups
     * @return how far they are then
     */
    default List<MirrorStatus> catchUp(String project) {
        return catchUp(project, new Cancellation());
    }

    /**
     * Opens the key of each encrypted backup with the private keys that are here: an escrowed one that was lost is told
     * while there are others. Reads one small object of each.
     *
     * @param query whose backups, and which of them; of the first repository
     * @param cancellation ends it early
     * @return what was found
     * @throws io.codeb.error.ConfigException {@code KEY_MISSING} when a backup is encrypted and there is no private key
     *     here
     */
    KeyReport checkKeys(BackupQuery query, Cancellation cancellation);

    /**
     * Opens keys, as {@link #checkKeys(BackupQuery, Cancellation)} does, and cannot be cancelled.
     *
     * @param query whose backups, and which of them
     * @return what was found
     */
    default KeyReport checkKeys(BackupQuery query) {
        return checkKeys(query, new Cancellation());
    }

    /**
     * Encrypts the key of each encrypted backup to the recipients that the first repository has now. Writes one small
     * object of each, whatever the backup's size; done twice, it does no harm, and one that was cut is run again.
     *
     * <p>It takes away nothing that was seen: whoever had a recipient's private key and a backup's old key object can
     * read that backup for ever, and so can a storage that keeps old versions of objects. What must be kept from them
     * from now on are new backups, which are encrypted to the new recipients alone. Manifests go on to name the
     * recipients that a backup was made for.
     *
     * @param query whose backups, and which of them; of the first repository
     * @param cancellation ends it early, between two backups
     * @return what was done
     * @throws io.codeb.error.ConfigException when the repository encrypts to nobody, and {@code KEY_MISSING} when there
     *     is no private key here
     */
    KeyReport rewrap(BackupQuery query, Cancellation cancellation);

    /**
     * Encrypts keys anew, as {@link #rewrap(BackupQuery, Cancellation)} does, and cannot be cancelled.
     *
     * @param query whose backups, and which of them
     * @return what was done
     */
    default KeyReport rewrap(BackupQuery query) {
        return rewrap(query, new Cancellation());
    }

    /**
     * Keeps a backup, whatever a retention policy says, and from being deleted, until it is unpinned. One that is
     * pinned already gets the new reason.
     *
     * @param backup which
     * @param reason why, for people: at most {@value Pin#MAX_LENGTH} characters in one line
     * @return the pin
     * @throws IllegalArgumentException when the reason is no such line
     * @throws io.codeb.error.LockedException while a backup of the project is made or deleted
     */
    Pin pin(BackupRef backup, String reason);

    /**
     * Keeps the backup that {@link #resolve(BackupId)} answers.
     *
     * @param id which
     * @param reason why, for people
     * @return the pin
     */
    default Pin pin(BackupId id, String reason) {
        Objects.requireNonNull(reason, "reason");
        return pin(resolve(id), reason);
    }

    /**
     * Keeps a backup no more. One that is not pinned stays so.
     *
     * @param backup which
     */
    void unpin(BackupRef backup);

    /**
     * Keeps the backup no more that {@link #resolve(BackupId)} answers.
     *
     * @param id which
     */
    default void unpin(BackupId id) {
        unpin(resolve(id));
    }

    /**
     * Deletes a backup: the manifest first, so that a deletion that is cut leaves orphans and no half of a backup.
     *
     * @param backup which
     * @throws io.codeb.error.StorageException also {@code BACKUP_NEEDED} when others of the project name it as their
     *     base, and {@code BACKUP_PINNED} when it is pinned
     * @throws io.codeb.error.LockedException while a backup of the project is made, which may build on this one
     */
    void delete(BackupRef backup);

    /**
     * Deletes the backup that {@link #resolve(BackupId)} answers.
     *
     * @param id which
     */
    default void delete(BackupId id) {
        delete(resolve(id));
    }

    /**
     * Removes what no backup of the first repository needs: entries without a manifest, and uploads that were never
     * committed.
     *
     * @param olderThan how old they must be, so that runs of now are left alone; at least one hour is wise
     * @return what was removed
     */
    SweepReport sweep(Duration olderThan);

    /**
     * Writes a backup's dump to a file, decoded, its digests checked. The file appears whole or not at all. A backup in
     * pieces becomes one script, too: the programs of its project's database make it, which must run where they are;
     * the database is asked for nothing.
     *
     * @param backup which
     * @param file ends in {@code .sql}, {@code .sql.gz} or {@code .sql.zst}, which says the form; must not exist
     * @param cancellation ends it early
     * @throws io.codeb.error.StorageException also {@code OBJECT_EXISTS} when the file is there
     * @throws io.codeb.error.IntegrityException when what is stored is not what was written
     * @throws io.codeb.error.ConfigException when the file's name does not say the form, or the backup is in pieces and
     *     its project not known here
     * @throws io.codeb.error.EngineException when those programs cannot read the backup
     * @throws io.codeb.error.ContainerException when those programs cannot be run
     */
    void export(BackupRef backup, Path file, Cancellation cancellation);

    /**
     * Writes a backup's dump to a file, as {@link #export(BackupRef, Path, Cancellation)} does, and cannot be
     * cancelled.
     *
     * @param backup which
     * @param file ends in {@code .sql}, {@code .sql.gz} or {@code .sql.zst}
     */
    default void export(BackupRef backup, Path file) {
        export(backup, file, new Cancellation());
    }

    /**
     * Writes the dump of the backup that {@link #resolve(BackupId)} answers, and cannot be cancelled.
     *
     * @param id which
     * @param file ends in {@code .sql}, {@code .sql.gz} or {@code .sql.zst}
     */
    default void export(BackupId id, Path file) {
        Objects.requireNonNull(file, "file");
        export(resolve(id), file);
    }

    /**
     * Writes a backup's entry to a stream, decoded and compressed anew. What was written counts only when this returns.
     * The dump of a backup in pieces is one script, as {@link #export(BackupRef, Path, Cancellation)} has it.
     *
     * @param backup which
     * @param request which entry and in which form
     * @param cancellation ends it early
     * @throws io.codeb.error.IntegrityException when what is stored is not what was written
     * @throws io.codeb.error.ConfigException when the backup has no such entry, or is in pieces and its project not
     *     known here
     */
    void export(BackupRef backup, ExportRequest request, Cancellation cancellation);

    /**
     * Writes a backup's entry, as {@link #export(BackupRef, ExportRequest, Cancellation)} does, and cannot be
     * cancelled.
     *
     * @param backup which
     * @param request which entry and in which form
     */
    default void export(BackupRef backup, ExportRequest request) {
        export(backup, request, new Cancellation());
    }

    /**
     * Writes an entry of the backup that {@link #resolve(BackupId)} answers, and cannot be cancelled.
     *
     * @param id which
     * @param request which entry and in which form
     */
    default void export(BackupId id, ExportRequest request) {
        Objects.requireNonNull(request, "request");
        export(resolve(id), request);
    }
}
