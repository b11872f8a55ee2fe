package io.codeb.internal.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.codeb.Journal;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.WriteMode;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A journal in a repository: an object {@code <project>/journals/<name>/state}, signed where the repository signs, and
 * a lock beside it. Thread-safe.
 */
public final class ProjectJournal implements Journal {
    private final StorageBackend storage;
    private final ProjectLock lock;
    private final Place place;
    private final Map<String, String> left;

    private ProjectJournal(StorageBackend storage, ProjectLock lock, Place place) {
        this.storage = storage;
        this.lock = lock;
        this.place = place;
        this.left = read(storage, place);
    }

    /** Where one lies, and who is believed there. */
    record Place(String repository, String project, String name, Signing signing) {
        ObjectKey key() {
            return Layout.journal(project, name);
        }

        String text() {
            return repository + "/" + project + "/" + name;
        }
    }

    static ProjectJournal open(StorageBackend storage, Place place, Clock clock) {
        ProjectLock lock = ProjectLock.ofJournal(storage, place.project(), place.name(), clock);
        try {
            return new ProjectJournal(storage, lock, place);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** One that cannot be read may be of somebody who has died in the middle: it is not taken for none. */
    static Map<String, String> read(StorageBackend storage, Place place) {
        Optional<Content> found;
        try {
            found = SmallJson.find(storage, place.key(), Content.class);
        } catch (IOException e) {
            throw new IntegrityException(
                    ErrorCode.CORRUPT,
                    place.key() + " is no journal that can be read",
                    "look what state the project's database is in, then delete that object",
                    e);
        }
        found.ifPresent(content ->
                place.signing().requireNote(place.text(), SmallJson.write(content.state()), content.signature()));
        return found.map(Content::state).orElse(Map.of());
    }

    @Override
    public Map<String, String> left() {
        return left;
    }

    @Override
    public synchronized void note(Map<String, String> state) {
        Map<String, String> ordered = new TreeMap<>(state);
        byte[] json = SmallJson.write(new Content(
                ordered,
                place.signing().signNote(place.text(), SmallJson.write(ordered)).orElse(null)));
        if (json.length > MAX_BYTES) {
            throw new IllegalArgumentException("a note of " + json.length + " bytes, more than " + MAX_BYTES);
        }
        lock.requireHeld();
        storage.put(place.key(), WriteMode.REPLACE, json);
        lock.requireKept();
    }

    @Override
    public synchronized void clear() {
        lock.requireHeld();
        storage.delete(place.key());
        lock.requireKept();
    }

    @Override
    public void close() {
        lock.close();
    }

    /** What the object holds; in the order of the names. */
    record Content(
            Map<String, String> state,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            SignedNote signature) {
        Content {
            Objects.requireNonNull(state);
            state = new TreeMap<>(state);
        }
    }
}
