package io.codeb.internal.repository;

import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.error.StorageException;
import io.codeb.model.BackupId;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
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
 * Generation and holder fence: a holder that slept through its lease finds a newer generation, or another holder in its
 * own, for a generation can come again when nobody holds the lock. Who commits asks {@link #requireHeld()} right
 * before, and {@link #requireKept()} right after.
 *
 * <p>A lock names the backup that its holder makes. Who takes over puts a {@link Tombstone} where that one's manifest
 * would be, before it does anything else: so a holder that is stopped between asking and committing cannot commit.
 */
public final class ProjectLock implements AutoCloseable {
    /**
     * How long a lock holds without being renewed. The clocks of machines that share a repository must agree to less.
     */
    public static final Duration LEASE = Duration.ofSeconds(60);

    private static final String BACKUPS = "lock";
    private static final String JOBS = "schedule";
    private static final String JOURNALS = "journals/";

    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger(ProjectLock.class);

    private final StorageBackend storage;
    private final String project;
    private final String folder;
    private final Clock clock;
    private final ObjectKey key;
    private final String holder;
    private final String backup;
    private final Renewal renewal;
    private volatile Instant expiresAt;
    private volatile boolean lost;

    private ProjectLock(
            StorageBackend storage, String project, String folder, Clock clock, ObjectKey key, Lease lease) {
        this.storage = storage;
        this.project = project;
        this.folder = folder;
        this.clock = clock;
        this.key = key;
        this.holder = lease.holder();
        this.backup = lease.backup();
        this.expiresAt = lease.expiresAt();
        this.renewal = Renewal.of(folder.replace('/', '-') + "-" + project, LEASE, this::renew);
    }

    /**
     * Takes the lock, to make no backup of an id of its own.
     *
     * @param storage where it is kept
     * @param project of which project
     * @param clock tells when a lease is over
     * @return the lock, to be closed
     * @throws LockedException when somebody holds it
     */
    public static ProjectLock acquire(StorageBackend storage, String project, Clock clock) {
        return acquire(storage, project, BACKUPS, clock, "");
    }

    /**
     * Takes the lock of a project's scheduled jobs, which is another one: they take that of its backups themselves.
     *
     * @param storage where it is kept
     * @param project of which project
     * @param clock tells when a lease is over
     * @return the lock, to be closed
     * @throws LockedException when somebody holds it
     */
    static ProjectLock ofJobs(StorageBackend storage, String project, Clock clock) {
        return acquire(storage, project, JOBS, clock, "");
    }

    /**
     * Takes the lock of one of a project's journals.
     *
     * @param storage where it is kept
     * @param project of which project
     * @param name of which journal
     * @param clock tells when a lease is over
     * @return the lock, to be closed
     * @throws LockedException when somebody holds it
     */
    static ProjectLock ofJournal(StorageBackend storage, String project, String name, Clock clock) {
        return acquire(storage, project, JOURNALS + name, clock, "");
    }

    /** Whether somebody holds the lock of a project's scheduled jobs. */
    static boolean isHeldForJobs(StorageBackend storage, String project, Clock clock) {
        List<StoredObject> locks = all(storage, project, JOBS);
        return !locks.isEmpty()
                && find(storage, locks.get(locks.size() - 1).key())
                        .filter(lease -> lease.isHeld(clock.instant()))
                        .isPresent();
    }

    /**
     * Takes the lock. Who had it before and did not give it back has made the backup that it named, or never will.
     *
     * @param storage where it is kept
     * @param project of which project
     * @param clock tells when a lease is over
     * @param backup which backup is made while it is held, and by nobody else
     * @return the lock, to be closed
     * @throws LockedException when somebody holds it
     */
    static ProjectLock acquire(StorageBackend storage, String project, Clock clock, BackupId backup) {
        return acquire(storage, project, BACKUPS, clock, backup.value());
    }

    private static ProjectLock acquire(
            StorageBackend storage, String project, String folder, Clock clock, String backup) {
        List<StoredObject> older = all(storage, project, folder);
        long generation = 1;
        if (!older.isEmpty()) {
            ObjectKey newest = older.get(older.size() - 1).key();
            Optional<Lease> lease = find(storage, newest);
            if (lease.isPresent() && lease.get().isHeld(clock.instant())) {
                throw locked(project, folder, "until " + lease.get().expiresAt() + " at least, unless it is renewed");
            }
            generation = generationOf(newest) + 1;
        }
        ObjectKey key = new ObjectKey(project).child(folder + "/" + String.format("%019d", generation));
        Lease lease = new Lease(UUID.randomUUID().toString(), clock.instant().plus(LEASE), ProcessMark.own(), backup);
        create(storage, project, folder, key, lease);
        try {
            older.forEach(old -> bury(storage, project, old.key()));
        } catch (RuntimeException e) {
            release(storage, project, key, lease.holder());
            throw e;
        }
        return new ProjectLock(storage, project, folder, clock, key, lease);
    }

    /** The lock goes last: while it is there, whoever comes next knows which backup it was for. */
    private static void bury(StorageBackend storage, String project, ObjectKey lock) {
        find(storage, lock)
                .map(Lease::backup)
                .filter(BackupId::isValid)
                .ifPresent(id -> Tombstone.put(storage, Layout.manifest(project, new BackupId(id))));
        storage.delete(lock);
    }

    /**
     * Tells who holds the lock to make a backup, or held it and is dead.
     *
     * @param storage where it is kept
     * @param project of which project
     * @param clock tells when a lease is over
     * @return empty where nobody does, or it is held for something else
     */
    static Optional<Maker> maker(StorageBackend storage, String project, Clock clock) {
        List<StoredObject> locks = all(storage, project, BACKUPS);
        if (locks.isEmpty()) {
            return Optional.empty();
        }
        return find(storage, locks.get(locks.size() - 1).key())
                .filter(lease -> BackupId.isValid(lease.backup()))
                .map(lease -> new Maker(
                        new BackupId(lease.backup()),
                        beginning(lease),
                        lease.expiresAt(),
                        lease.isHeld(clock.instant())));
    }

    /** The time in the backup's id, where it is one. */
    private static Instant beginning(Lease lease) {
        try {
            return Instant.from(ID_TIME.parse(lease.backup().substring(0, 16)));
        } catch (DateTimeException e) {
            return lease.expiresAt();
        }
    }

    /**
     * Who makes a backup, or was to.
     *
     * @param backup which
     * @param since when the run began
     * @param until when the lease is over
     * @param alive whether the lease holds and its process is not known to be gone
     */
    public record Maker(BackupId backup, Instant since, Instant until, boolean alive) {}

    private static void create(StorageBackend storage, String project, String folder, ObjectKey key, Lease lease) {
        try {
            storage.put(key, WriteMode.CREATE, SmallJson.write(lease));
        } catch (StorageException e) {
            if (e.code() != ErrorCode.OBJECT_EXISTS) {
                throw e;
            }
        }
        // Where a create is not exclusive, the last of those who took the lock at once has it; and where a create was
        // tried again because its answer was lost, what exists may be one's own.
        if (!isHolder(storage, key, lease.holder())) {
            throw locked(project, folder, "since this moment");
        }
    }

    private static LockedException locked(String project, String folder, String since) {
        String what = folder.startsWith(JOURNALS) ? folder.substring(JOURNALS.length()) : "backups";
        return new LockedException(
                "another run is at work on the " + what + " of project " + project + ", " + since,
                "wait for it, or, if its process is dead, until its lease of " + LEASE.toSeconds() + " s is over");
    }

    private void renew() {
        if (lost) {
            return;
        }
        try {
            requireHeld();
            Lease lease = new Lease(holder, clock.instant().plus(LEASE), ProcessMark.own(), backup);
            storage.put(key, WriteMode.REPLACE, SmallJson.write(lease));
            // A holder that slept in between has lost the lock, whatever it wrote on waking up.
            if (isInTime()) {
                expiresAt = lease.expiresAt();
            }
        } catch (LockedException e) {
            LOG.warn("{}: {}", e.getMessage(), e.hint());
        } catch (RuntimeException e) {
            LOG.warn("the lock of project {} could not be renewed", project, e);
        }
    }

    private boolean isInTime() {
        return clock.instant().isBefore(expiresAt);
    }

    /** Whether nobody else has the lock, as the storage says now, whatever the time. */
    private boolean isOurs() {
        List<StoredObject> all = all(storage, project, folder);
        return !all.isEmpty() && all.get(all.size() - 1).key().equals(key) && isHolder(storage, key, holder);
    }

    /**
     * Makes sure, as far as this process knows without asking the storage, that the lock is still held. What takes long
     * asks this often, so that who has lost the lock ends soon.
     *
     * @throws LockedException when the lease is over or somebody else is known to have taken it
     */
    void requireNotLost() {
        if (lost || !isInTime()) {
            throw lost();
        }
    }

    /**
     * Makes sure that the lock is still held.
     *
     * @throws LockedException when the lease is over or somebody else has taken it
     */
    public void requireHeld() {
        // The time is looked at behind the answer, which may have been long in coming.
        if (lost || !isOurs() || !isInTime()) {
            throw lost();
        }
    }

    /**
     * Makes sure that nobody had taken the lock when something became visible a moment ago: this process may have been
     * stopped between {@link #requireHeld()} and that. When the storage does not answer, the lease decides.
     *
     * @throws LockedException when somebody else has taken it
     * @throws StorageException when the lease is over, and the storage does not say whether somebody has
     */
    public void requireKept() {
        try {
            if (!isOurs()) {
                throw lost();
            }
        } catch (StorageException e) {
            if (!isInTime()) {
                throw e;
            }
        }
    }

    LockedException lost() {
        lost = true;
        return new LockedException(
                "this run has lost the lock of project " + project,
                "its process was stopped, or did not reach the storage, for longer than " + LEASE.toSeconds()
                        + " s, or clocks differ; look whether another run has done the work, or run it again");
    }

    /** Whose lock it is. */
    String project() {
        return project;
    }

    @Override
    public void close() {
        renewal.close();
        release(storage, project, key, holder);
    }

    private static void release(StorageBackend storage, String project, ObjectKey key, String holder) {
        try {
            if (isHolder(storage, key, holder)) {
                storage.delete(key);
            }
        } catch (StorageException e) {
            LOG.warn("the lock of project {} could not be released and ends by itself: {}", project, e.getMessage());
        }
    }

    private static List<StoredObject> all(StorageBackend storage, String project, String folder) {
        try (Stream<StoredObject> locks = storage.list(project + "/" + folder)) {
            return locks.filter(lock -> lock.key().name().matches("[0-9]{19}")).toList();
        }
    }

    private static boolean isHolder(StorageBackend storage, ObjectKey key, String holder) {
        return find(storage, key).map(Lease::holder).equals(Optional.of(holder));
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
     * @param backup the id of the one that the holder makes, or empty
     */
    record Lease(String holder, Instant expiresAt, String process, String backup) {
        Lease {
            Objects.requireNonNull(holder);
            Objects.requireNonNull(expiresAt);
            process = process == null ? "" : process;
            backup = backup == null ? "" : backup;
        }

        boolean isHeld(Instant now) {
            return now.isBefore(expiresAt) && !ProcessMark.isGone(process);
        }
    }
}
