package io.codeb.internal.repository;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.error.StorageException;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Entry;
import io.codeb.model.Manifest;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.NullSink;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One backup on its way from one repository to another, as it is stored: nothing is decoded, and no key is needed. What
 * arrived is read back before the copy exists, and the copy is signed for where it lies.
 *
 * <p>A copy is the same to the byte whoever makes it, and who finds a part of it there that is whole leaves it. So it
 * needs no tombstone: of two who copy one backup, because one of them was stopped and the other took over, neither
 * takes away what the other has proven, and whichever makes the manifest makes it of entries that are there.
 */
final class BackupCopy {
    private static final Logger LOG = LoggerFactory.getLogger(BackupCopy.class);

    private final BackupStore source;
    private final BackupStore target;
    private final String project;
    private final BackupId id;
    private final EntryProgress progress;
    private final Cancellation cancellation;

    BackupCopy(
            BackupStore source,
            BackupStore target,
            String project,
            BackupId id,
            EntryProgress progress,
            Cancellation cancellation) {
        this.source = source;
        this.target = target;
        this.project = project;
        this.id = id;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    Manifest run(Clock clock) {
        byte[] json = source.readTrusted(project, id);
        Manifest manifest = BackupStore.parsed(project, id, json);
        requireWelcome(manifest);
        progress.expected(manifest.storedSize());
        if (isThere(json) || !copied(manifest, json, clock)) {
            manifest.entries().forEach(entry -> verify(manifest, entry));
        }
        return manifest;
    }

    /** Whether there was anything to copy: until the lock is held, somebody else may have done it. */
    private boolean copied(Manifest manifest, byte[] json, Clock clock) {
        try (ProjectLock lock = target.lock(project, clock)) {
            if (isThere(json)) {
                return false;
            }
            copy(manifest, json, lock);
            return true;
        }
    }

    /** What would lie there and could not be used, or should not lie there, is told before anything is written. */
    private void requireWelcome(Manifest manifest) {
        if (target.encrypts() && !manifest.encrypted()) {
            throw new ConfigException(
                    from() + " is not encrypted, and repository " + target.name() + " encrypts what it holds",
                    "back the project up to that repository, or copy to one that does not encrypt");
        }
        if (target.signing().isAsked() && !target.signing().signs()) {
            throw new ConfigException(
                    "repository " + target.name() + " believes signed backups only, and nothing here signs for it",
                    "copy where its signWith(…) is set");
        }
        manifest.base().filter(base -> !target.mayExist(project, base)).ifPresent(base -> {
            throw new StorageException(
                    ErrorCode.BACKUP_NOT_FOUND,
                    from() + " cannot be read without " + base + ", which is not in repository " + target.name(),
                    "copy that one first");
        });
    }

    private BackupRef from() {
        return source.ref(project, id);
    }

    /** One that is there and the same is not written again. */
    private boolean isThere(byte[] json) {
        try {
            if (Arrays.equals(target.readTrusted(project, id), json)) {
                return true;
            }
        } catch (StorageException e) {
            if (e.code() == ErrorCode.BACKUP_NOT_FOUND) {
                return false;
            }
            throw e;
        }
        throw new StorageException(
                ErrorCode.OBJECT_EXISTS,
                "repository " + target.name() + " has another backup under the name of " + from(),
                "look at both: one of them was not made by CodeB");
    }

    private void copy(Manifest manifest, byte[] json, ProjectLock lock) {
        try {
            Map<ObjectKey, byte[]> keys = beside(manifest.encrypted());
            Set<Entry> arrived = arrivedBefore(manifest, lock);
            keys.forEach(target::putSame);
            for (Entry entry : manifest.entries()) {
                if (!arrived.contains(entry)) {
                    copy(manifest, entry, lock);
                    verify(manifest, entry);
                }
            }
            keys.forEach(target::requireStored);
            cancellation.throwIfCancelled();
            target.signature(project, id, json)
                    .ifPresent(signature -> target.putSame(Layout.signature(target.ref(project, id)), signature));
            target.commit(lock, id, json, () -> isComplete(manifest, keys.keySet()));
        } catch (RuntimeException | Error e) {
            discard(lock);
            throw e;
        }
    }

    /** What a copy that was cut has brought whole stays, and is read back as all is; its other parts go. */
    private Set<Entry> arrivedBefore(Manifest manifest, ProjectLock lock) {
        ObjectKey folder = Layout.folder(project, id);
        Map<String, Entry> entries =
                manifest.entries().stream().collect(Collectors.toMap(Entry::name, Function.identity()));
        Set<Entry> arrived = new HashSet<>();
        for (StoredObject object : target.remains(project, id)) {
            String name = Layout.nameIn(folder, object.key());
            Entry entry = entries.get(name);
            if (entry != null && object.size() == entry.storedSize() && isWhole(manifest, entry)) {
                arrived.add(entry);
            } else if (!Layout.isReserved(name)) {
                lock.requireHeld();
                target.remove(object);
            }
        }
        return arrived;
    }

    private boolean isWhole(Manifest manifest, Entry entry) {
        try {
            verify(manifest, entry);
            return true;
        } catch (IntegrityException e) {
            return false;
        }
    }

    /** Whether all that makes the copy is there, by its size. */
    private boolean isComplete(Manifest manifest, Set<ObjectKey> keys) {
        Map<ObjectKey, Long> there =
                target.objects(project, id).stream().collect(Collectors.toMap(StoredObject::key, StoredObject::size));
        ObjectKey folder = Layout.folder(project, id);
        return there.keySet().containsAll(keys)
                && manifest.entries().stream()
                        .allMatch(entry -> Objects.equals(there.get(folder.child(entry.name())), entry.storedSize()));
    }

    /** Who has lost the lock leaves all to who has it now: that may be what it builds on. */
    private void discard(ProjectLock lock) {
        try {
            if (target.mayExist(project, id)) {
                return;
            }
            for (StoredObject object : target.remains(project, id)) {
                lock.requireHeld();
                target.remove(object);
            }
        } catch (RuntimeException e) {
            LOG.warn("what was copied of {} could not be removed; a sweep will: {}", id, e.getMessage());
        }
    }

    /** The keys that lie beside the entries. */
    private Map<ObjectKey, byte[]> beside(boolean encrypted) {
        ObjectKey folder = Layout.folder(project, id);
        Map<ObjectKey, byte[]> keys = source.objects(project, id).stream()
                .map(StoredObject::key)
                .filter(key -> Layout.isKey(Layout.nameIn(folder, key)))
                .collect(Collectors.toMap(Function.identity(), source::readKeyObject));
        if (encrypted && keys.isEmpty()) {
            throw new IntegrityException(
                    ErrorCode.CORRUPT,
                    "the key of backup " + from() + " is missing in the storage",
                    "put it back from a copy of the storage; without it nothing opens this backup");
        }
        return keys;
    }

    private void copy(Manifest manifest, Entry entry, ProjectLock lock) {
        ObjectKey key = Layout.folder(project, id).child(entry.name());
        try (ByteSource stored = source.openStored(manifest, entry);
                ByteSink sink = target.storage().begin(key, WriteMode.CREATE)) {
            Transfer.all(stored, sink, cancellation, bytes -> {
                lock.requireNotLost();
                progress.entryGrew(entry.name(), bytes, bytes, entry.storedSize(), 0);
            });
            sink.finish();
        }
    }

    /** Reads at the far end what arrived there. */
    private void verify(Manifest manifest, Entry entry) {
        try (ByteSource stored = target.openStored(manifest, entry)) {
            Transfer.all(stored, new NullSink(), cancellation, bytes -> {});
        }
    }
}
