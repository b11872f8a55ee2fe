package io.codeb.internal.repository;

import io.codeb.SweepReport;
import io.codeb.error.LockedException;
import io.codeb.error.StorageException;
import io.codeb.model.BackupId;
import io.codeb.spi.storage.StoredObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One sweep through a repository: removes what failed and killed runs have left, and no part of a backup. */
final class Sweep {
    private final BackupStore store;
    private final Clock clock;
    private final Instant limit;
    private final List<String> removed = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();

    Sweep(BackupStore store, Clock clock, Duration olderThan) {
        this.store = store;
        this.clock = clock;
        this.limit = clock.instant().minus(olderThan);
    }

    /** Goes through all projects. */
    SweepReport run() {
        return run(store.projects());
    }

    /** Goes through some projects. */
    SweepReport run(List<String> projects) {
        for (String project : projects) {
            // The entries of a run that goes on look like orphans until its manifest is written.
            try (ProjectLock held = store.lock(project, clock)) {
                List<StoredObject> leftovers = Stream.concat(
                                store.folders(project).stream().flatMap(id -> leftovers(project, id).stream()),
                                store.notes().stream().flatMap(notes -> notes.strays(project).stream()))
                        .toList();
                // Who was stopped meanwhile may have listed what a living run writes; what was listed before is
                // nobody's.
                held.requireHeld();
                leftovers.forEach(this::remove);
            } catch (LockedException e) {
                kept.add(project + ": " + e.getMessage());
            }
        }
        return new SweepReport(removed, kept);
    }

    /** Of a backup whose manifest cannot be read nobody knows what belongs to it. */
    private List<StoredObject> leftovers(String project, BackupId id) {
        if (!store.mayExist(project, id)) {
            return store.remains(project, id);
        }
        return store.find(project, id).map(store::orphans).orElse(List.of());
    }

    private void remove(StoredObject object) {
        if (object.modifiedAt().isAfter(limit)) {
            kept.add(object.key() + ": younger than asked for");
            return;
        }
        try {
            store.remove(object);
            removed.add(object.key().value());
        } catch (StorageException e) {
            kept.add(object.key() + ": " + e.getMessage());
        }
    }

    /** What the storage itself has removed. */
    Sweep after(List<String> temporary) {
        removed.addAll(temporary);
        return this;
    }
}
