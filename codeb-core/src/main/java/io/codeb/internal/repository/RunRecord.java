package io.codeb.internal.repository;

import io.codeb.error.StorageException;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.WriteMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
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
    private final Content begun;
    private final Renewal renewal;
    private boolean nothingLeft;

    private RunRecord(StorageBackend storage, ObjectKey key, Clock clock, Content begun) {
        this.storage = storage;
        this.key = key;
        this.clock = clock;
        this.begun = begun;
        this.renewal = Renewal.of("run-record", LEASE, this::renew);
    }

    static RunRecord begin(StorageBackend storage, String run, String project, Clock clock) {
        ObjectKey key = Layout.run(run);
        Content begun = new Content(project, clock.instant().plus(LEASE), ProcessMark.own());
        storage.put(key, WriteMode.CREATE, SmallJson.write(begun));
        return new RunRecord(storage, key, clock, begun);
    }

    private void renew() {
        write(clock.instant().plus(LEASE));
    }

    private void write(Instant aliveUntil) {
        try {
            Content content = new Content(begun.project(), aliveUntil, begun.process());
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
            write(clock.instant());
            return;
        }
        try {
            storage.delete(key);
        } catch (StorageException e) {
            LOG.warn("the record of the run {} could not be removed: {}", key.name(), e.getMessage());
        }
    }

    /**
     * What a record holds.
     *
     * @param project whose databases the run works on
     * @param aliveUntil when its lease is over
     * @param process as {@link ProcessMark} has it
     */
    record Content(String project, Instant aliveUntil, String process) {
        Content {
            Objects.requireNonNull(project);
            Objects.requireNonNull(aliveUntil);
            process = process == null ? "" : process;
        }

        boolean isDead(Instant now) {
            return !now.isBefore(aliveUntil) || ProcessMark.isGone(process);
        }
    }
}
