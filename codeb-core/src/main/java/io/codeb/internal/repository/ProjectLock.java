package io.codeb.internal.repository;

import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.error.StorageException;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one run at a time write or delete the backups of a project, across threads, processes and machines.
 *
 * <p>A lock is an object {@code <project>/lock/<generation>}, made by exclusive create, so that of several takers one
 * wins. Its holder renews it; a holder that is dead stops, and when the lease is over the next generation may be taken.
 * The generation fences: {@link #requireHeld()}, called right before the commit, fails for a holder that slept through
 * its lease.
 */
public final class ProjectLock implements AutoCloseable {
    /**
     * How long a lock holds without being renewed. The clocks of machines that share a repository must agree to less.
     */
    public static final Duration LEASE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(ProjectLock.class);

    private final StorageBackend storage;
    private final String project;
    private final Clock clock;
    private final ObjectKey key;
    private final String holder;
    private final Renewal renewal;
    private volatile Instant expiresAt;

    private ProjectLock(
            StorageBackend storage, String project, Clock clock, ObjectKey key, String holder, Instant expiresAt) {
        this.storage = storage;
        this.project = project;
        this.clock = clock;
        this.key = key;
        this.holder = holder;
        this.expiresAt = expiresAt;
        this.renewal = Renewal.of("lock-" + project, LEASE, this::renew);
    }

    /**
     * Takes the lock.
     *
     * @param storage where it is kept
     * @param project of which project
     * @param clock tells when a lease is over
     * @return the lock, to be closed
     * @throws LockedException when somebody holds it
     */
    public static ProjectLock acquire(StorageBackend storage, String project, Clock clock) {
        Optional<StoredObject> newest = newest(storage, project);
        long generation = 1;
        if (newest.isPresent()) {
            Optional<Lease> lease = find(storage, newest.get().key());
            if (lease.isPresent() && lease.get().isHeld(clock.instant())) {
                throw locked(project, "until " + lease.get().expiresAt() + " at least, unless it is renewed");
            }
            generation = generationOf(newest.get().key()) + 1;
        }
        ObjectKey key = new ObjectKey(project).child("lock/" + String.format("%019d", generation));
        Lease lease = new Lease(UUID.randomUUID().toString(), clock.instant().plus(LEASE), ProcessMark.own());
        try {
            storage.put(key, WriteMode.CREATE, SmallJson.write(lease));
        } catch (StorageException e) {
            if (e.code() == ErrorCode.OBJECT_EXISTS) {
                throw locked(project, "since this moment");
            }
            throw e;
        }
        newest.ifPresent(old -> storage.delete(old.key()));
        return new ProjectLock(storage, project, clock, key, lease.holder(), lease.expiresAt());
    }

    private static LockedException locked(String project, String since) {
        return new LockedException(
                "another run is at work on the backups of project " + project + ", " + since,
                "wait for it, or, if its process is dead, until its lease of " + LEASE.toSeconds() + " s is over");
    }

    private void renew() {
        try {
            requireHeld();
            Lease lease = new Lease(holder, clock.instant().plus(LEASE), ProcessMark.own());
            storage.put(key, WriteMode.REPLACE, SmallJson.write(lease));
            // A holder that slept in between has lost the lock, whatever it wrote on waking up.
            if (clock.instant().isBefore(expiresAt)) {
                expiresAt = lease.expiresAt();
            }
        } catch (RuntimeException e) {
            LOG.warn("the lock of project {} could not be renewed", project, e);
        }
    }

    /**
     * Makes sure that the lock is still held.
     *
     * @throws LockedException when the lease is over or somebody else has taken it
     */
    public void requireHeld() {
        boolean newest = newest(storage, project).map(StoredObject::key).equals(Optional.of(key));
        if (!newest || !clock.instant().isBefore(expiresAt)) {
            throw new LockedException(
                    "this run has lost the lock of project " + project,
                    "it was stopped for longer than " + LEASE.toSeconds() + " s; run it again");
        }
    }

    /** Whose lock it is. */
    String project() {
        return project;
    }

    @Override
    public void close() {
        renewal.close();
        try {
            storage.delete(key);
        } catch (StorageException e) {
            LOG.warn("the lock of project {} could not be released and ends by itself: {}", project, e.getMessage());
        }
    }

    private static Optional<StoredObject> newest(StorageBackend storage, String project) {
        try (Stream<StoredObject> locks = storage.list(project + "/lock")) {
            return locks.filter(lock -> lock.key().name().matches("[0-9]{19}")).reduce((older, newer) -> newer);
        }
    }

    private static long generationOf(ObjectKey key) {
        return Long.parseLong(key.name());
    }

    /** A lease that cannot be read is none: whoever writes one writes it whole. */
    private static Optional<Lease> find(StorageBackend storage, ObjectKey key) {
        try {
            return SmallJson.find(storage, key, Lease.class);
        } catch (IOException e) {
            LOG.warn("{} is no lock that can be read; it is taken for free", key);
            return Optional.empty();
        }
    }

    /**
     * What a lock's object holds.
     *
     * @param holder a random name
     * @param expiresAt when the lease is over
     * @param process the holder's, as {@link ProcessMark} has it
     */
    record Lease(String holder, Instant expiresAt, String process) {
        Lease {
            Objects.requireNonNull(holder);
            Objects.requireNonNull(expiresAt);
            process = process == null ? "" : process;
        }

        boolean isHeld(Instant now) {
            return now.isBefore(expiresAt) && !ProcessMark.isGone(process);
        }
    }
}
