package io.codeb.internal.repository;

import io.codeb.BackupRepository;
import io.codeb.Journal;
import io.codeb.Pin;
import io.codeb.SweepReport;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.error.LockedException;
import io.codeb.error.StorageException;
import io.codeb.internal.io.DigestSink;
import io.codeb.internal.io.VerifyingSource;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Entry;
import io.codeb.model.Manifest;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layout of backups in a storage: {@code <project>/<backup id>/<entry>} and the manifest beside the entries, which
 * makes them a backup. Thread-safe.
 */
public final class BackupStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackupStore.class);
    private static final int CHECK_BYTES = 1024;
    /** The longest key of a backup that is read, in bytes as stored: room for many recipients. */
    private static final int MAX_KEY_BYTES = 128 * 1024;

    private static final int MAX_SIGNATURE_BYTES = 4 * 1024;

    private final String name;
    private final StorageBackend storage;
    private final Codecs codecs;
    private final Signing signing;

    /**
     * Makes the store.
     *
     * @param name what the repository is called
     * @param storage where the bytes rest
     * @param codecs what entries go through
     * @param signing who signs, and who is trusted
     */
    BackupStore(String name, StorageBackend storage, Codecs codecs, Signing signing) {
        this.name = name;
        this.storage = storage;
        this.codecs = codecs;
        this.signing = signing;
    }

    /**
     * Makes the store of a repository.
     *
     * @param repository says who signs, and who is trusted
     * @param storage where the bytes rest
     * @param codecs what entries go through
     * @return the store, to be closed
     * @throws ConfigException when a key is none
     */
    public static BackupStore of(BackupRepository repository, StorageBackend storage, Codecs codecs) {
        return new BackupStore(repository.name(), storage, codecs, Signing.of(repository));
    }

    /**
     * Lets nobody else write backups of a project.
     *
     * @param project which
     * @param clock tells when a lease is over
     * @return the lock, to be closed
     * @throws io.codeb.error.LockedException when somebody holds it
     */
    public ProjectLock lock(String project, Clock clock) {
        return ProjectLock.acquire(storage, project, clock);
    }

    /**
     * Lets nobody else write backups of a project while one is made.
     *
     * @param project which
     * @param id the backup, which nobody else makes: when somebody takes over, it exists already, or never will
     * @param clock tells when a lease is over
     * @return the lock, to be closed
     * @throws io.codeb.error.LockedException when somebody holds it
     */
    public ProjectLock lock(String project, BackupId id, Clock clock) {
        return ProjectLock.acquire(storage, project, clock, id);
    }

    /**
     * The records of runs in this repository.
     *
     * @param clock tells when a lease is over
     * @return them
     */
    public RunRecords runs(Clock clock) {
        return new RunRecords(storage, clock);
    }

    /**
     * What drills have found of the backups.
     *
     * @return their notes
     */
    public DrillNotes drills() {
        return new DrillNotes(this);
    }

    /**
     * Begins a backup.
     *
     * @param lock keeps others from the project
     * @param id which backup
     * @param progress hears how far its entries are
     * @return where its entries go, to be committed or discarded
     */
    public BackupWriter begin(ProjectLock lock, BackupId id, EntryProgress progress) {
        BackupWriter writer = new BackupWriter(this, lock, id, codecs.seal(), progress);
        writer.begin();
        return writer;
    }

    EntryWriter newEntry(String project, BackupId id, Sealing sealing, EntrySpec entry, EntryProgress progress) {
        StringBuilder storedName = new StringBuilder(entry.name());
        sealing.chain().forEach(codec -> storedName.append(codec.extension()));
        ObjectKey key = Layout.folder(project, id).child(storedName.toString());
        DigestSink stored = new DigestSink(storage.begin(key, WriteMode.CREATE));
        ByteSink encoding = encoded(sealing.chain(), stored);
        // What is stored as it comes is digested once.
        DigestSink raw = encoding == stored ? stored : new DigestSink(encoding);
        return new EntryWriter(storedName.toString(), entry, sealing.ids(), raw, stored, progress);
    }

    private static ByteSink encoded(List<Codec> chain, ByteSink stored) {
        ByteSink encoding = stored;
        for (int i = chain.size() - 1; i >= 0; i--) {
            encoding = chain.get(i).encode(encoding);
        }
        return encoding;
    }

    /** Owns what it decodes, also when it fails. */
    static ByteSource decoded(List<Codec> chain, ByteSource stored) {
        ByteSource source = stored;
        try {
            for (int i = chain.size() - 1; i >= 0; i--) {
                source = chain.get(i).decode(source);
            }
            return source;
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    List<Codec> readers(List<String> ids) {
        return codecs.readers(ids);
    }

    /**
     * Reads a backup's key.
     *
     * @param manifest of an encrypted backup
     * @return the key
     * @throws ConfigException {@code KEY_MISSING} when there is no private key here
     * @throws IntegrityException {@code KEY_WRONG} when those that are here do not open it, {@code CORRUPT} when it is
     *     damaged or gone
     */
    BackupKey key(Manifest manifest) {
        KeyedCodec codec = manifest.entries().stream()
                .flatMap(entry -> readers(entry.codecs()).stream())
                .filter(KeyedCodec.class::isInstance)
                .map(KeyedCodec.class::cast)
                .findFirst()
                .orElseThrow(() -> new IntegrityException(
                        ErrorCode.MANIFEST_INVALID,
                        "backup " + ref(manifest.project(), manifest.id())
                                + " is said to be encrypted, and no entry of it is",
                        "restore another backup or a copy of this one"));
        ObjectKey key = Layout.key(manifest.project(), manifest.id(), codec);
        try {
            return BackupKey.unwrap(codec, readSmall(key, MAX_KEY_BYTES));
        } catch (StorageException e) {
            if (e.code() != ErrorCode.OBJECT_NOT_FOUND) {
                throw e;
            }
            throw new IntegrityException(
                    ErrorCode.CORRUPT,
                    "the key of backup " + ref(manifest.project(), manifest.id()) + " is missing in the storage: "
                            + key,
                    "put it back from a copy of the storage; without it nothing opens this backup",
                    e);
        } catch (IntegrityException e) {
            throw new IntegrityException(e.code(), key + ": " + e.getMessage(), e.hint(), e);
        }
    }

    /**
     * What encrypts.
     *
     * @return the codec that has the recipients
     * @throws ConfigException when the repository encrypts to nobody
     */
    public KeyedCodec requireEncryption() {
        return codecs.encryption()
                .orElseThrow(() -> new ConfigException(
                        "repository " + name + " encrypts to nobody", "name the recipients with encryptTo(…)"));
    }

    /**
     * Encrypts a backup's key anew, to those who are the repository's recipients now. Its entries and its manifest stay
     * as they are.
     *
     * @param manifest of an encrypted backup
     * @throws ConfigException when the repository encrypts to nobody, or there is no private key here
     * @throws IntegrityException when the key cannot be read, or is not what was written a moment ago
     */
    public void rewrap(Manifest manifest) {
        KeyedCodec recipients = requireEncryption();
        BackupKey old = key(manifest);
        ObjectKey key = Layout.key(manifest.project(), manifest.id(), recipients);
        byte[] wrapped = old.to(recipients).wrapped();
        storage.put(key, WriteMode.REPLACE, wrapped);
        if (!mayExist(manifest.project(), manifest.id())) {
            // It was deleted meanwhile: nothing of it may come back.
            storage.delete(key);
        } else if (!Arrays.equals(readSmall(key, MAX_KEY_BYTES), wrapped)) {
            throw new IntegrityException(
                    ErrorCode.CORRUPT,
                    key + " in " + storage.describe() + " is not what was written a moment ago",
                    "run it again, alone");
        }
    }

    /**
     * Proves that a backup's key can be read with what is here.
     *
     * @param manifest of an encrypted backup
     * @throws ConfigException {@code KEY_MISSING} when there is no private key here
     * @throws IntegrityException {@code KEY_WRONG} when those that are here do not open it, {@code CORRUPT} when it is
     *     damaged or gone
     */
    public void requireKey(Manifest manifest) {
        key(manifest).own();
    }

    /** Without its key a backup is lost: so that is looked at before there is a backup. */
    void requireStored(ObjectKey key, byte[] wrapped) {
        if (!isStored(key, wrapped)) {
            throw new StorageException(
                    ErrorCode.STORAGE_FAILED,
                    key + " in " + storage.describe() + " cannot be read back as it was written",
                    "without its key nobody could read the backup, so it was given up; look at who else writes there");
        }
    }

    /** What says who has made a manifest that is written next, where the repository signs. */
    Optional<byte[]> signature(String project, BackupId id, byte[] json) {
        return signing.sign(ref(project, id), json);
    }

    /**
     * Makes a backup exist, whose entries are all committed and which is signed, if the project's lock is still held.
     * What a run that has lost it may have made is taken back.
     */
    void commit(ProjectLock lock, BackupId id, byte[] json) {
        commit(lock, id, json, () -> false);
    }

    /**
     * Makes a backup exist, whose entries are all committed and which is signed, if the project's lock is still held.
     * The only place where that happens. A process that was stopped in the middle of this finds on waking up that
     * somebody else has taken the lock and put a tombstone there; where a create is not exclusive, it takes the backup
     * back.
     *
     * @param id which
     * @param json its manifest
     * @param standsAnyway asked when the lock was lost in the middle of this, whether the backup is one all the same
     * @throws LockedException when the lock is lost; there is no backup then
     */
    void commit(ProjectLock lock, BackupId id, byte[] json, BooleanSupplier standsAnyway) {
        lock.requireHeld();
        ObjectKey key = Layout.manifest(lock.project(), id);
        try {
            putOnce(key, json);
        } catch (StorageException e) {
            if (e.code() == ErrorCode.OBJECT_EXISTS && !mayExist(lock.project(), id)) {
                throw lock.lost();
            }
            throw e;
        }
        try {
            lock.requireKept();
        } catch (LockedException e) {
            if (!standsAnyway.getAsBoolean()) {
                takeBack(key, e);
                throw e;
            }
        }
    }

    /** Nobody has been told of the backup yet; its entries are left. */
    private void takeBack(ObjectKey manifest, LockedException cause) {
        try {
            storage.delete(manifest);
        } catch (StorageException e) {
            LOG.error("{} was made without the lock, and cannot be taken back", manifest, e);
            cause.addSuppressed(e);
        }
    }

    /** An answer that was lost is no failure, if the object is there, and is ours to the byte. */
    void putOnce(ObjectKey key, byte[] bytes) {
        try {
            storage.put(key, WriteMode.CREATE, bytes);
        } catch (StorageException e) {
            if (!isStored(key, bytes)) {
                throw e;
            }
        }
    }

    /** Leaves an object that is the same, and writes over one that is not. */
    void putSame(ObjectKey key, byte[] bytes) {
        if (!isStored(key, bytes)) {
            storage.put(key, WriteMode.REPLACE, bytes);
        }
    }

    private boolean isStored(ObjectKey key, byte[] json) {
        try {
            return storage.stat(key).isPresent() && Arrays.equals(readSmall(key, ManifestJson.MAX_BYTES), json);
        } catch (StorageException | IntegrityException e) {
            return false;
        }
    }

    /** Whether there is a manifest, be it damaged, and not a tombstone in its place. */
    private boolean exists(String project, BackupId id) {
        return storage.stat(Layout.manifest(project, id))
                .filter(manifest -> !Tombstone.is(storage, manifest))
                .isPresent();
    }

    /**
     * Whether a backup may exist: only a storage that clearly says no is believed.
     *
     * @param project whose
     * @param id which
     * @return false when there is no manifest
     */
    public boolean mayExist(String project, BackupId id) {
        try {
            return exists(project, id);
        } catch (StorageException e) {
            return true;
        }
    }

    /**
     * What the repository is called.
     *
     * @return its name
     */
    public String name() {
        return name;
    }

    /**
     * Names a backup of this repository.
     *
     * @param project whose
     * @param id which
     * @return the reference, whether or not there is such a backup
     */
    public BackupRef ref(String project, BackupId id) {
        return new BackupRef(name, project, id);
    }

    /**
     * Finds the backups that have an id. It should be one, but copies of folders happen.
     *
     * @param id which
     * @return those with a manifest, by project
     */
    List<BackupRef> refs(BackupId id) {
        return projects().stream()
                .filter(project -> exists(project, id))
                .map(project -> ref(project, id))
                .toList();
    }

    /**
     * Reads a manifest, whoever has signed it.
     *
     * @param project whose
     * @param id which backup
     * @return the manifest, checked
     */
    public Manifest read(String project, BackupId id) {
        return parsed(project, id, readManifest(project, id, Layout.manifest(project, id)));
    }

    /**
     * Reads a manifest before anything is done with what it describes.
     *
     * @param project whose
     * @param id which backup
     * @param distrust hears why its signature is not believed, with a code of {@link io.codeb.SignatureProblem}
     * @return the manifest, checked
     */
    public Manifest read(String project, BackupId id, Consumer<IntegrityException> distrust) {
        return parsed(project, id, readStored(project, id, distrust));
    }

    /** The manifest as it is stored, which is known to be signed where that is asked for. */
    byte[] readTrusted(String project, BackupId id) {
        return readStored(project, id, problem -> {
            throw problem;
        });
    }

    private byte[] readStored(String project, BackupId id, Consumer<IntegrityException> distrust) {
        byte[] json = readManifest(project, id, Layout.manifest(project, id));
        BackupRef place = ref(project, id);
        if (signing.isAsked()) {
            signing.problem(place, json, readSignature(place)).ifPresent(distrust);
        }
        return json;
    }

    byte[] readKeyObject(ObjectKey key) {
        return readSmall(key, MAX_KEY_BYTES);
    }

    private Optional<byte[]> readSignature(BackupRef place) {
        try {
            return Optional.of(readSmall(Layout.signature(place), MAX_SIGNATURE_BYTES));
        } catch (StorageException e) {
            if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    static Manifest parsed(String project, BackupId id, byte[] json) {
        ObjectKey key = Layout.manifest(project, id);
        Manifest manifest = ManifestJson.read(json, key.value());
        if (!manifest.id().equals(id) || !manifest.project().equals(project)) {
            throw new IntegrityException(
                    ErrorCode.MANIFEST_INVALID,
                    key + " is the manifest of another backup: " + manifest.project() + "/" + manifest.id(),
                    "somebody has copied or renamed it; put it back where it belongs");
        }
        return manifest;
    }

    private byte[] readManifest(String project, BackupId id, ObjectKey key) {
        byte[] manifest;
        try {
            manifest = readSmall(key, ManifestJson.MAX_BYTES);
        } catch (StorageException e) {
            throw e.code() == ErrorCode.OBJECT_NOT_FOUND ? notFound(project, id) : e;
        }
        if (Tombstone.is(manifest)) {
            throw notFound(project, id);
        }
        return manifest;
    }

    private StorageException notFound(String project, BackupId id) {
        return new StorageException(
                ErrorCode.BACKUP_NOT_FOUND,
                "there is no backup " + ref(project, id) + " in " + storage.describe(),
                "list the project's backups for the ids that there are");
    }

    /**
     * Reads a manifest if it is there and can be read.
     *
     * @param project whose
     * @param id which backup
     * @return nothing when it is damaged, which is logged, or was deleted since it was listed
     */
    public Optional<Manifest> find(String project, BackupId id) {
        return find(
                project,
                id,
                damage -> LOG.warn("backup {} of {} is passed over: {}", id, project, damage.getMessage()));
    }

    /**
     * Reads a manifest if it is there and can be read.
     *
     * @param project whose
     * @param id which backup
     * @param unreadable hears why it cannot be read
     * @return nothing then, and when it was deleted since it was listed
     */
    public Optional<Manifest> find(String project, BackupId id, Consumer<IntegrityException> unreadable) {
        try {
            return Optional.of(read(project, id));
        } catch (IntegrityException e) {
            unreadable.accept(e);
            return Optional.empty();
        } catch (StorageException e) {
            if (e.code() == ErrorCode.BACKUP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Reads a backup.
     *
     * @param manifest which
     * @return its entries' reader
     */
    public BackupReader reader(Manifest manifest) {
        return new BackupReader(this, manifest);
    }

    ByteSource openStored(Manifest manifest, Entry entry) {
        ObjectKey key = Layout.folder(manifest.project(), manifest.id()).child(entry.name());
        ByteSource object;
        try {
            object = storage.open(key, 0);
        } catch (StorageException e) {
            if (e.code() != ErrorCode.OBJECT_NOT_FOUND) {
                throw e;
            }
            throw new IntegrityException(
                    ErrorCode.CORRUPT,
                    "entry " + entry.name() + " of backup " + manifest.id() + " is missing in the storage",
                    "restore another backup or a copy of this one",
                    e);
        }
        return new VerifyingSource(object, "entry " + entry.name(), entry.storedSize(), entry.storedSha256());
    }

    /**
     * Copies a backup to here as it is stored, and proves that it arrived.
     *
     * @param source where it is
     * @param project whose
     * @param id which
     * @param clock tells when a lease is over
     * @param progress hears how far its entries are
     * @param cancellation ends it early
     * @return its manifest
     */
    public Manifest copyFrom(
            BackupStore source,
            String project,
            BackupId id,
            Clock clock,
            EntryProgress progress,
            Cancellation cancellation) {
        return new BackupCopy(source, this, project, id, progress, cancellation).run(clock);
    }

    StorageBackend storage() {
        return storage;
    }

    Signing signing() {
        return signing;
    }

    boolean encrypts() {
        return codecs.encryption().isPresent();
    }

    /**
     * Lists the ids of a project's backups, those with a damaged manifest among them.
     *
     * @param project whose
     * @return the oldest first
     */
    public List<BackupId> ids(String project) {
        return folders(project).stream().filter(id -> exists(project, id)).toList();
    }

    /**
     * Reads the newest manifests of a project.
     *
     * @param project whose
     * @param most how many at most; what cannot be read is passed over
     * @return the newest first
     */
    public List<Manifest> newest(String project, int most) {
        List<BackupId> newestFirst = new ArrayList<>(folders(project));
        Collections.reverse(newestFirst);
        return newestFirst.stream()
                .map(id -> find(project, id))
                .flatMap(Optional::stream)
                .limit(most)
                .toList();
    }

    /**
     * How much room the storage has.
     *
     * @return bytes; empty where nobody knows
     */
    public OptionalLong freeBytes() {
        return storage.freeBytes();
    }

    /**
     * What the entries of new backups go through.
     *
     * @return the ids of codecs, in the order of writing
     */
    public List<String> codecIds() {
        return codecs.ids();
    }

    /**
     * Where the bytes rest, for people.
     *
     * @return a URI without credentials
     */
    public String place() {
        return storage.describe();
    }

    /**
     * Lists the folders of backups, whether or not a manifest is in them.
     *
     * @param project whose
     * @return the oldest first
     */
    public List<BackupId> folders(String project) {
        return storage.children(project).stream()
                .filter(BackupId::isValid)
                .map(BackupId::new)
                .toList();
    }

    /**
     * Lists the projects.
     *
     * @return their names, sorted
     */
    public List<String> projects() {
        return storage.children("").stream().filter(Layout::isProject).toList();
    }

    /**
     * Lists what lies in a backup's folder and is no part of the backup.
     *
     * @param manifest of the backup
     * @return neither entries nor what is kept beside them by a name of its own
     */
    public List<StoredObject> orphans(Manifest manifest) {
        ObjectKey folder = Layout.folder(manifest.project(), manifest.id());
        Set<String> entries = manifest.entries().stream().map(Entry::name).collect(Collectors.toSet());
        return objects(manifest.project(), manifest.id()).stream()
                .filter(object -> {
                    String name = Layout.nameIn(folder, object.key());
                    return !entries.contains(name) && !Layout.isReserved(name);
                })
                .toList();
    }

    /**
     * Lists the objects in a backup's folder.
     *
     * @param project whose
     * @param id which backup
     * @return all of them, the manifest too
     */
    public List<StoredObject> objects(String project, BackupId id) {
        try (Stream<StoredObject> objects =
                storage.list(Layout.folder(project, id).value())) {
            return objects.toList();
        }
    }

    /**
     * Deletes a backup, the manifest first, while nobody makes one that may build on it.
     *
     * @param project whose
     * @param id which
     * @param clock tells when a lease is over
     * @throws StorageException {@code BACKUP_NOT_FOUND}, or {@code BACKUP_NEEDED} when others name it as their base
     * @throws io.codeb.error.LockedException when somebody holds the project's lock
     */
    public void delete(String project, BackupId id, Clock clock) {
        requireExists(project, id);
        try (Deletions deletions = deletions(project, clock)) {
            deletions.delete(id);
        }
    }

    /**
     * Makes sure that there is a backup, be its manifest damaged.
     *
     * @param project whose
     * @param id which
     * @throws StorageException {@code BACKUP_NOT_FOUND} when there is none
     */
    public void requireExists(String project, BackupId id) {
        if (!exists(project, id)) {
            throw notFound(project, id);
        }
    }

    /**
     * Begins to delete backups of a project, while nobody makes one that may build on them.
     *
     * @param project whose
     * @param clock tells when a lease is over
     * @return deletes them, to be closed
     * @throws LockedException when somebody holds the project's lock
     */
    public Deletions deletions(String project, Clock clock) {
        return Deletions.begin(this, project, clock);
    }

    /**
     * Keeps a backup, whatever a policy says, until it is unpinned. While it holds the project's lock nobody deletes.
     *
     * @param project whose
     * @param id which
     * @param pin why
     * @param clock tells when a lease is over
     * @throws StorageException {@code BACKUP_NOT_FOUND}
     * @throws LockedException when somebody holds the project's lock
     */
    public void pin(String project, BackupId id, Pin pin, Clock clock) {
        requireExists(project, id);
        try (ProjectLock held = lock(project, clock)) {
            held.requireHeld();
            requireExists(project, id);
            pins().put(project, id, pin);
            held.requireHeld();
        }
    }

    /**
     * Tells who makes a backup of a project, or was to and has died.
     *
     * @param project which
     * @param clock tells when a lease is over
     * @return empty where nobody has the lock for a backup
     */
    public Optional<ProjectLock.Maker> maker(String project, Clock clock) {
        return ProjectLock.maker(storage, project, clock);
    }

    /**
     * Which backups have failed.
     *
     * @return notes of them
     */
    public FailureNotes failures() {
        return new FailureNotes(storage);
    }

    /**
     * How far scheduled jobs are.
     *
     * @return notes of them, and their locks
     */
    public JobNotes jobs() {
        return new JobNotes(storage);
    }

    /**
     * Opens a journal of a project.
     *
     * @param project whose
     * @param name which
     * @param clock tells when a lease is over
     * @return the journal, to be closed
     * @throws io.codeb.error.LockedException when somebody has it open
     */
    public Journal journal(String project, String name, Clock clock) {
        return ProjectJournal.open(storage, journal(project, name), clock);
    }

    /**
     * Reads a journal of a project, whoever has it open.
     *
     * @param project whose
     * @param name which
     * @return what was noted last
     */
    public Map<String, String> readJournal(String project, String name) {
        return ProjectJournal.read(storage, journal(project, name));
    }

    private ProjectJournal.Place journal(String project, String journal) {
        return new ProjectJournal.Place(name, project, journal, signing);
    }

    /**
     * Which backups stay.
     *
     * @return their pins
     */
    public Pins pins() {
        return new Pins(this);
    }

    /** What lies beside the backups and goes with them. */
    List<NotesFolder> notes() {
        return List.of(drills().folder(), pins().folder());
    }

    /**
     * What a backup is told against, newer versions' too; a damaged manifest keeps no other backup alive.
     *
     * @param project whose
     * @param id which
     * @return empty where it stands alone, or is not there
     */
    public Optional<BackupId> baseOf(String project, BackupId id) {
        try {
            return ManifestJson.base(readManifest(project, id, Layout.manifest(project, id)));
        } catch (IntegrityException e) {
            return Optional.empty();
        } catch (StorageException e) {
            if (e.code() == ErrorCode.BACKUP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Removes what failed and killed runs have left.
     *
     * @param olderThan what is younger stays
     * @param clock tells how old something is
     * @return what was removed, and what was not and why
     */
    public SweepReport sweep(Duration olderThan, Clock clock) {
        return new Sweep(this, clock, olderThan).after(storage.sweep(olderThan)).run();
    }

    /**
     * Removes what failed and killed runs of one project have left, but for uploads that were never committed.
     *
     * @param project whose
     * @param olderThan what is younger stays
     * @param clock tells how old something is
     * @return what was removed, and what was not and why
     */
    public SweepReport sweep(String project, Duration olderThan, Clock clock) {
        return new Sweep(this, clock, olderThan).run(List.of(project));
    }

    /**
     * Writes an object through the codecs, as an entry is written, reads it and deletes it.
     *
     * @param proven hears each thing when it was done, in a sentence
     */
    public void check(Consumer<String> proven) {
        ObjectKey key = Layout.check();
        try {
            writeAndReadBack(key, proven);
        } catch (RuntimeException e) {
            try {
                storage.delete(key);
            } catch (StorageException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        storage.delete(key);
        if (storage.stat(key).isPresent()) {
            throw new StorageException(
                    ErrorCode.STORAGE_FAILED,
                    key + " in " + storage.describe() + " is still there after it was deleted",
                    "look at what keeps it: versions, a lock of objects, a cache");
        }
        proven.accept("it was deleted, and is gone");
    }

    private void writeAndReadBack(ObjectKey key, Consumer<String> proven) {
        byte[] text = new byte[CHECK_BYTES];
        new SplittableRandom(CHECK_BYTES).nextBytes(text);
        Sealing sealing = codecs.seal();
        try (ByteSink sink = encoded(sealing.chain(), storage.begin(key, WriteMode.CREATE))) {
            sink.write(ByteBuffer.wrap(text));
            sink.finish();
        }
        proven.accept("an object was written to " + storage.describe() + " through " + sealing.ids());
        ByteBuffer back = ByteBuffer.allocate(CHECK_BYTES + 1);
        try (ByteSource source = decoded(sealing.chain(), storage.open(key, 0))) {
            while (back.hasRemaining() && source.read(back) != ByteSource.END) {
                // All of it has to be there, and no more.
            }
        }
        if (!back.flip().equals(ByteBuffer.wrap(text))) {
            throw new IntegrityException(
                    ErrorCode.CORRUPT,
                    key + " in " + storage.describe() + " is not what was written a moment ago",
                    "do not trust this storage: look at its disk, and at what stands between");
        }
        proven.accept("it was read again, and is the same");
        requireExclusive(key, text);
        sealing.key().ifPresent(fresh -> checkKey(fresh, proven));
        if (signing.isAsked()) {
            proven.accept(signing.describe());
        }
    }

    /** A storage that says so, and does not do it, would let two runs at once write to one project. */
    private void requireExclusive(ObjectKey taken, byte[] text) {
        try {
            storage.put(taken, WriteMode.CREATE, text);
        } catch (StorageException e) {
            if (e.code() == ErrorCode.OBJECT_EXISTS) {
                return;
            }
            throw e;
        }
        throw new ConfigException(
                storage.describe() + " lets an object be made whose name is taken",
                "tell it, for s3 with the option exclusive-create=never, and let one machine alone write there; in a"
                        + " bucket, versions may be why");
    }

    /** Who has a private key here finds out now whether it opens what is written from now on. */
    private void checkKey(BackupKey key, Consumer<String> proven) {
        KeyedCodec reading = (KeyedCodec) readers(List.of(key.codec().id())).get(0);
        int recipients = key.codec().recipients().size();
        if (!reading.reads()) {
            proven.accept("keys are encrypted to " + recipients + " recipients; there is no private key here");
            return;
        }
        BackupKey back = BackupKey.unwrap(reading, key.wrapped());
        if (!back.secret().reveal().equals(key.secret().reveal())) {
            throw new IntegrityException(
                    ErrorCode.CORRUPT, reading.id() + " does not read the key that it wrote", "report this");
        }
        proven.accept("keys are encrypted to " + recipients + " recipients, and the private key here opens them");
    }

    void remove(StoredObject object) {
        storage.delete(object.key());
    }

    /**
     * Decides whether a backup exists whose manifest was on its way when the writing failed: it may have arrived, or
     * would later, when its entries are removed.
     *
     * @return whether it is certain that there is none, and none will be
     */
    boolean giveUp(String project, BackupId id) {
        try {
            Tombstone.put(storage, Layout.manifest(project, id));
            return !mayExist(project, id);
        } catch (StorageException e) {
            LOG.warn("whether backup {} of {} exists is not known: {}", id, project, e.getMessage());
            return false;
        }
    }

    /** Removes what was written of a backup that came to nothing. One that may exist after all is left alone. */
    void discard(String project, BackupId id) {
        if (mayExist(project, id)) {
            return;
        }
        try {
            removeAll(project, id);
        } catch (RuntimeException e) {
            LOG.warn("entries of the failed backup {} could not be removed; a sweep will: {}", id, e.getMessage());
        }
    }

    /** Removes an entry of a backup that is still written. */
    void removeEntry(String project, BackupId id, String storedName) {
        storage.delete(Layout.folder(project, id).child(storedName));
    }

    /** Removes what is in the folder of a backup that has no manifest. */
    void removeAll(String project, BackupId id) {
        remains(project, id).forEach(this::remove);
    }

    /** What is in the folder of a backup that has no manifest, but for the tombstone. */
    List<StoredObject> remains(String project, BackupId id) {
        ObjectKey manifest = Layout.manifest(project, id);
        return objects(project, id).stream()
                .filter(object -> !object.key().equals(manifest))
                .toList();
    }

    @Override
    public void close() {
        storage.close();
    }

    private byte[] readSmall(ObjectKey key, int limit) {
        Optional<StoredObject> object = storage.stat(key);
        if (object.isPresent() && object.get().size() > limit) {
            throw new IntegrityException(
                    ErrorCode.MANIFEST_INVALID,
                    key + " has " + object.get().size() + " bytes, more than the " + limit + " that are read",
                    "it was not written by CodeB");
        }
        List<byte[]> parts = new ArrayList<>();
        int total = 0;
        try (ByteSource source = storage.open(key, 0)) {
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (total <= limit && source.read(buffer.clear()) != ByteSource.END) {
                byte[] part = new byte[buffer.flip().remaining()];
                buffer.get(part);
                parts.add(part);
                total += part.length;
            }
        }
        ByteBuffer all = ByteBuffer.allocate(total);
        parts.forEach(all::put);
        return all.array();
    }
}
