package io.codeb.internal.repository;

import io.codeb.model.BackupId;
import io.codeb.model.Entry;
import io.codeb.model.Manifest;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A backup while it is written: entries first, which many threads may write at once, and the manifest when all of them
 * are safe. Until then there is no backup.
 */
public final class BackupWriter implements DumpOutput {
    private final BackupStore store;
    private final ProjectLock lock;
    private final String project;
    private final BackupId id;
    private final Sealing sealing;
    private final byte[] wrappedKey;
    private final EntryProgress progress;

    /** By the name before the codecs'; null while the entry is being opened. */
    private final Map<String, @Nullable EntryWriter> writers = new HashMap<>();

    private @Nullable Throwable end;

    /** Whether a manifest may be on its way. */
    private boolean committing;

    BackupWriter(BackupStore store, ProjectLock lock, BackupId id, Sealing sealing, EntryProgress progress) {
        this.store = store;
        this.lock = lock;
        this.project = lock.project();
        this.id = id;
        this.sealing = sealing;
        this.wrappedKey = sealing.key().map(BackupKey::wrapped).orElse(new byte[0]);
        this.progress = (entry, bytes, stored, expected, rows) -> {
            lock.requireNotLost();
            progress.entryGrew(entry, bytes, stored, expected, rows);
        };
    }

    /** What its entries are encrypted to is safe before the first of them is. */
    void begin() {
        sealing.key().ifPresent(key -> {
            try {
                store.putOnce(Layout.key(project, id, key.codec()), wrappedKey);
            } catch (RuntimeException | Error e) {
                discard(e);
                throw e;
            }
        });
    }

    /**
     * Who can read what is written.
     *
     * @return the SHA-256 of each recipient's public key; empty where nothing is encrypted
     */
    public List<String> recipients() {
        return sealing.recipients();
    }

    @Override
    public EntrySink open(EntrySpec entry) {
        synchronized (writers) {
            requireOpen();
            EntryWriter earlier = writers.get(entry.name());
            if (writers.containsKey(entry.name()) && (earlier == null || !earlier.isGivenUp())) {
                throw new IllegalStateException("backup " + id + " has an entry " + entry.name() + " already");
            }
            writers.put(entry.name(), null);
        }
        // The storage may take its time: nobody else waits for that.
        EntryWriter writer = store.newEntry(project, id, sealing, entry, progress);
        synchronized (writers) {
            if (end == null) {
                writers.put(entry.name(), writer);
                return writer;
            }
        }
        writer.abort(end);
        writer.close();
        throw ended();
    }

    private void requireOpen() {
        if (end != null) {
            throw ended();
        }
    }

    private IllegalStateException ended() {
        return new IllegalStateException("backup " + id + " is not written any more", end);
    }

    @Override
    public void startOver() {
        synchronized (writers) {
            requireOpen();
            for (Map.Entry<String, @Nullable EntryWriter> written : writers.entrySet()) {
                EntryWriter writer = written.getValue();
                if (writer == null) {
                    throw new IllegalStateException("entry " + written.getKey() + " is being opened");
                }
                writer.close();
                store.removeEntry(project, id, writer.storedName());
            }
            writers.clear();
        }
    }

    /**
     * What was written, whichever thread was first.
     *
     * @return in the order of their names
     * @throws IllegalStateException when one of them is not finished
     */
    public List<Entry> entries() {
        synchronized (writers) {
            return writers.entrySet().stream()
                    .map(written -> {
                        if (written.getValue() == null) {
                            throw new IllegalStateException("entry " + written.getKey() + " is not finished");
                        }
                        return written.getValue().entry();
                    })
                    .sorted(Comparator.comparing(Entry::name))
                    .toList();
        }
    }

    /**
     * Makes the backup exist, if the project's lock is still held.
     *
     * @param manifest describes {@link #entries()}
     * @throws io.codeb.error.LockedException when the lock is lost; there is no backup then
     */
    public void commit(Manifest manifest) {
        synchronized (writers) {
            requireOpen();
            sealing.key().ifPresent(key -> store.requireStored(Layout.key(project, id, key.codec()), wrappedKey));
            byte[] json = ManifestJson.write(manifest);
            store.signature(project, id, json)
                    .ifPresent(signature -> store.putOnce(Layout.signature(store.ref(project, id)), signature));
            committing = true;
            store.commit(lock, id, json);
        }
    }

    /**
     * Gives the backup up, and removes what was written of it. What cannot be removed now, a sweep removes later. A
     * backup that may exist after all is left alone.
     *
     * @param cause why
     */
    public void discard(Throwable cause) {
        List<EntryWriter> open = new ArrayList<>();
        boolean undecided;
        synchronized (writers) {
            end = cause;
            undecided = committing;
            writers.values().forEach(writer -> {
                if (writer != null) {
                    open.add(writer);
                }
            });
        }
        open.forEach(writer -> {
            writer.abort(cause);
            writer.close();
        });
        if (!undecided || store.giveUp(project, id)) {
            store.discard(project, id);
        }
    }
}
