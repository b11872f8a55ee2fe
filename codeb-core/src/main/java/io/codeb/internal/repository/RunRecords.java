package io.codeb.internal.repository;

import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of runs in one repository. Thread-safe. */
public final class RunRecords {
    private static final Logger LOG = LoggerFactory.getLogger(RunRecords.class);

    private final StorageBackend storage;
    private final Clock clock;

    RunRecords(StorageBackend storage, Clock clock) {
        this.storage = storage;
        this.clock = clock;
    }

    /**
     * Notes that a run goes on.
     *
     * @param run its id
     * @param project whose databases it works on
     * @return its record, to be closed when the run has ended
     */
    public RunRecord begin(String run, String project) {
        return RunRecord.begin(storage, run, project, clock);
    }

    /**
     * Notes that a run goes on which needs no storage, and is not held up by it.
     *
     * @param run its id
     * @param project whose databases it works on
     * @return its record, to be ended when the run has
     */
    public SideRecord beginAside(String run, String project) {
        return SideRecord.begin(this, run, project);
    }

    /**
     * A run that has died.
     *
     * @param run its id
     * @param restored the database that it was restoring; empty where it restored none
     * @param containers where its commands were besides the database's own container
     * @param step what the engine called the step after which the restore is done; empty when it died before that
     */
    public record Dead(String run, Optional<String> restored, List<String> containers, Optional<String> step) {
        /** Copies the list. */
        public Dead {
            containers = List.copyOf(containers);
        }
    }

    /**
     * The runs of which there is a record.
     *
     * @param alive the ids of those that go on, as far as can be told
     * @param dead those that do not, and worked on the project that was asked for
     */
    public record Known(Set<String> alive, List<Dead> dead) {
        /** Copies both. */
        public Known {
            alive = Set.copyOf(alive);
            dead = List.copyOf(dead);
        }
    }

    /**
     * Looks through the records. One that cannot be read is nobody's, and one whose name cannot be a run's is none.
     *
     * @param project whose dead runs are wanted
     * @return what there is
     */
    public Known know(String project) {
        Set<String> alive = new HashSet<>();
        List<Dead> dead = new ArrayList<>();
        List<StoredObject> objects;
        try (Stream<StoredObject> listed = storage.list(Layout.RUNS)) {
            objects =
                    listed.filter(object -> ExecSpec.isRun(object.key().name())).toList();
        }
        for (StoredObject object : objects) {
            String run = object.key().name();
            find(object.key()).ifPresent(record -> {
                if (!record.isDead(clock.instant())) {
                    alive.add(run);
                } else if (record.project().equals(project)) {
                    dead.add(new Dead(
                            run,
                            Optional.ofNullable(record.restored()),
                            record.containers() == null ? List.of() : record.containers(),
                            Optional.ofNullable(record.step())));
                }
            });
        }
        return new Known(alive, dead);
    }

    /**
     * Looks for the record of one run, whichever project it works on.
     *
     * @param run what may be its id
     * @return whether there is one, of a run that goes on, as far as can be told
     */
    public boolean goesOn(String run) {
        return ExecSpec.isRun(run)
                && find(Layout.run(run))
                        .filter(record -> !record.isDead(clock.instant()))
                        .isPresent();
    }

    private Optional<RunRecord.Content> find(ObjectKey key) {
        try {
            return SmallJson.find(storage, key, RunRecord.Content.class);
        } catch (IOException e) {
            LOG.warn("{} is no record of a run that can be read", key);
            return Optional.empty();
        }
    }

    /**
     * Forgets a dead run, of which nothing is left.
     *
     * @param run its id
     */
    public void forget(String run) {
        storage.delete(Layout.run(run));
    }
}
