package io.codeb.internal.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.codeb.error.StorageException;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.WriteMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a repository knows of a run that goes on, so that what it leaves when it dies is known for a dead run's. It is
 * an object {@code _runs/<run>}, which the run renews; when its lease is over, or its process is gone, the run is dead.
 */
public final class RunRecord implements AutoCloseable {
    /** How long a run counts as alive without being renewed. Its records' readers must agree on the time to less. */
    public static final Duration LEASE = Duration.ofMinutes(3);

    private static final Logger LOG = LoggerFactory.getLogger(RunRecord.class);

    private final StorageBackend storage;
    private final ObjectKey key;
    private final Clock clock;
    private Content content;
    private final Renewal renewal;
    private boolean nothingLeft;

    private RunRecord(StorageBackend storage, ObjectKey key, Clock clock, Content begun) {
        this.storage = storage;
        this.key = key;
        this.clock = clock;
        this.content = begun;
        this.renewal = Renewal.of("run-record", LEASE, this::renew);
    }

    /** Begins one. Where that fails its answer may be lost, and nobody would keep the record: so it is withdrawn. */
    static RunRecord begin(StorageBackend storage, String run, String project, Clock clock) {
        ObjectKey key = Layout.run(run);
        Content begun = new Content(project, clock.instant().plus(LEASE), ProcessMark.own(), null, null, null);
        try {
            storage.put(key, WriteMode.CREATE, SmallJson.write(begun));
        } catch (RuntimeException e) {
            withdraw(storage, key, e);
            throw e;
        }
        return new RunRecord(storage, key, clock, begun);
    }

    private static void withdraw(StorageBackend storage, ObjectKey key, RuntimeException failure) {
        try {
            storage.delete(key);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void renew() {
        change(known -> known.aliveUntil(clock.instant().plus(LEASE)));
    }

    /**
     * Notes that the run restores a database. From then on the record says of it that it is not restored. So a run that
     * goes on without a record, as that could not be begun, must not be one whose record says so: nobody knows whether
     * it could be withdrawn.
     *
     * @param database its name
     * @param containers where commands of the run are besides the database's own container
     * @throws StorageException when it is not noted: then the run is not to go on
     */
    public synchronized void restoring(String database, List<String> containers) {
        content = content.restoring(database, containers);
        storage.put(key, WriteMode.REPLACE, SmallJson.write(content));
    }

    /**
     * Notes the step after which the run's restore is done, right before it is taken.
     *
     * @param step what the engine calls it
     * @throws StorageException when it is not noted: then the step is not to be taken, since the record would say of a
     *     restore that is done that it never came so far
     */
    public synchronized void deciding(String step) {
        content = content.step(step);
        storage.put(key, WriteMode.REPLACE, SmallJson.write(content));
    }

    /** One at a time, so that no renewal takes back what was noted. */
    private synchronized void change(UnaryOperator<Content> change) {
        content = change.apply(content);
        try {
            storage.put(key, WriteMode.REPLACE, SmallJson.write(content));
        } catch (RuntimeException e) {
            LOG.warn("the record of the run {} could not be renewed: {}", key.name(), e.toString());
        }
    }

    /** Says that whoever comes later has nothing to look for. */
    public void nothingIsLeft() {
        nothingLeft = true;
    }

    /** Ends the record: removes it when nothing is left, or else leaves it as that of a dead run. */
    @Override
    public void close() {
        renewal.close();
        if (!nothingLeft) {
            change(known -> known.aliveUntil(clock.instant()));
            return;
        }
        try {
            storage.delete(key);
        } catch (RuntimeException e) {
            LOG.warn("the record of the run {} could not be removed: {}", key.name(), e.toString());
        }
    }

    /**
     * What a record holds.
     *
     * @param project whose databases the run works on
     * @param aliveUntil when its lease is over
     * @param process as {@link ProcessMark} has it
     * @param restored the database that it restores; null where it restores none
     * @param containers where its commands are besides the database's own container; null where none are
     * @param step what the engine calls the step after which the restore is done; null before that
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Content(
            String project,
            Instant aliveUntil,
            String process,
            @Nullable String restored,
            @Nullable List<String> containers,
            @Nullable String step) {
        Content {
            Objects.requireNonNull(project);
            Objects.requireNonNull(aliveUntil);
            process = process == null ? "" : process;
        }

        Content aliveUntil(Instant until) {
            return new Content(project, until, process, restored, containers, step);
        }

        Content restoring(String database, List<String> elsewhere) {
            return new Content(
                    project, aliveUntil, process, database, elsewhere.isEmpty() ? null : List.copyOf(elsewhere), step);
        }

        Content step(String decisive) {
            return new Content(project, aliveUntil, process, restored, containers, decisive);
        }

        boolean isDead(Instant now) {
            return !now.isBefore(aliveUntil) || ProcessMark.isGone(process);
        }
    }
}
