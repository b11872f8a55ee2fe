package io.codeb.internal.repository;

import io.codeb.Pin;
import io.codeb.model.BackupId;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which backups of one repository stay: a small object for each, {@code <project>/pins/<backup id>}. Thread-safe. */
public final class Pins {
    private static final Logger LOG = LoggerFactory.getLogger(Pins.class);

    private final StorageBackend storage;
    private final NotesFolder folder;

    Pins(BackupStore store) {
        this.storage = store.storage();
        this.folder = new NotesFolder(store, "pins");
    }

    NotesFolder folder() {
        return folder;
    }

    /**
     * Lists the backups that are pinned.
     *
     * @param project whose
     * @return their ids
     */
    public List<BackupId> ids(String project) {
        return folder.ids(project);
    }

    /**
     * Looks whether a backup is pinned. It is, by a note that cannot be read, too.
     *
     * @param project whose
     * @param id which
     * @return empty where it is not
     */
    public Optional<Pin> find(String project, BackupId id) {
        ObjectKey key = folder.key(project, id);
        try {
            return SmallJson.find(storage, key, Content.class).map(Content::toPin);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} is no pin that can be read; it holds all the same", key);
            return Optional.of(new Pin(Instant.EPOCH, "why cannot be read"));
        }
    }

    void put(String project, BackupId id, Pin pin) {
        folder.write(project, id, new Content(pin.at(), pin.reason()));
    }

    /**
     * Keeps a backup no more.
     *
     * @param project whose
     * @param id which
     */
    public void remove(String project, BackupId id) {
        folder.delete(project, id);
    }

    /** What a note holds. */
    record Content(Instant at, String reason) {
        Content {
            Objects.requireNonNull(at);
            Objects.requireNonNull(reason);
        }

        Pin toPin() {
            return new Pin(at, reason);
        }
    }
}
