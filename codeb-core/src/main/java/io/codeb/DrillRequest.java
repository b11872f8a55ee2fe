package io.codeb;

import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which backup to prove, and what the container may take for it. Immutable; each word answers a changed copy.
 *
 * <p>Without further words the container is made from the image that the project's own container has, and has at most
 * 1 GiB of memory, one core, a volume of its own for the data and one hour.
 */
@CheckReturnValue
public final class DrillRequest {
    /** How much memory a drill's container has where nothing else is said, in bytes. */
    public static final long DEFAULT_MEMORY = 1L << 30;

    /** How long a drill may take where nothing else is said. */
    public static final Duration DEFAULT_LIMIT = Duration.ofHours(1);

    private static final int LONGEST_IMAGE = 255;

    private final BackupId backup;
    private final @Nullable BackupRef ref;
    private final @Nullable String image;
    private final OptionalLong memory;
    private final OptionalDouble cores;
    private final long memoryDisk;
    private final Duration limit;
    private final @Nullable String database;
    private final @Nullable String user;

    private DrillRequest(Draft draft) {
        this.backup = draft.backup;
        this.ref = draft.ref;
        this.image = draft.image;
        this.memory = draft.memory;
        this.cores = draft.cores;
        this.memoryDisk = draft.memoryDisk;
        this.limit = draft.limit;
        this.database = draft.database;
        this.user = draft.user;
    }

    /**
     * Proves a backup.
     *
     * @param ref which, and of which repository
     * @return the request
     */
    public static DrillRequest of(BackupRef ref) {
        return new DrillRequest(new Draft(Objects.requireNonNull(ref, "ref").id(), ref));
    }

    /**
     * Proves a backup that is looked for in all repositories.
     *
     * @param id which; when several have it the drill fails with {@code BACKUP_AMBIGUOUS}
     * @return the request
     */
    public static DrillRequest of(BackupId id) {
        return new DrillRequest(new Draft(Objects.requireNonNull(id, "id"), null));
    }

    /**
     * Says from which image the container is made. It must be there: nothing is pulled.
     *
     * @param reference its name or id, of at most 255 characters
     * @return a changed copy
     * @throws IllegalArgumentException when it is empty or longer
     */
    public DrillRequest image(String reference) {
        if (Objects.requireNonNull(reference, "reference").isBlank() || reference.length() > LONGEST_IMAGE) {
            throw new IllegalArgumentException("an image's name has 1 to " + LONGEST_IMAGE + " characters");
        }
        Draft draft = draft();
        draft.image = reference;
        return new DrillRequest(draft);
    }

    /**
     * Limits the container's memory.
     *
     * @param bytes more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public DrillRequest memory(long bytes) {
        Draft draft = draft();
        draft.memory = OptionalLong.of(requirePositive("memory", bytes));
        return new DrillRequest(draft);
    }

    /**
     * Limits the container's share of the processors.
     *
     * @param share more than zero, for example 0.5
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public DrillRequest cores(double share) {
        if (!(share > 0 && share <= 1_024)) {
            throw new IllegalArgumentException("a container has more than no core and at most 1024, not " + share);
        }
        Draft draft = draft();
        draft.cores = OptionalDouble.of(share);
        return new DrillRequest(draft);
    }

    /**
     * Limits neither memory nor processors: for a runtime that refuses to, such as one of a user to whom the host has
     * given no control groups.
     *
     * @return a changed copy
     */
    public DrillRequest withoutLimits() {
        Draft draft = draft();
        draft.memory = OptionalLong.empty();
        draft.cores = OptionalDouble.empty();
        return new DrillRequest(draft);
    }

    /**
     * Keeps the data of the server in memory, which is faster, writes nothing to the host's disk and limits how much
     * there can be. The container's memory has to be more than that.
     *
     * @param bytes how much at the most, more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public DrillRequest inMemory(long bytes) {
        Draft draft = draft();
        draft.memoryDisk = requirePositive("data in memory", bytes);
        return new DrillRequest(draft);
    }

    private static long requirePositive(String what, long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException(what + " has more than zero bytes, not " + bytes);
        }
        return bytes;
    }

    /**
     * Limits how long the drill may take, without its end.
     *
     * @param time at least a second
     * @return a changed copy
     * @throws IllegalArgumentException when it is shorter, or longer than thirty days
     */
    public DrillRequest limit(Duration time) {
        if (Objects.requireNonNull(time, "time").toSeconds() < 1 || time.compareTo(Duration.ofDays(30)) > 0) {
            throw new IllegalArgumentException("a drill takes a second to thirty days, not " + time);
        }
        Draft draft = draft();
        draft.limit = time;
        return new DrillRequest(draft);
    }

    /**
     * Names the database that the backup is restored into, on the server thrown away: for {@link DrillWork} that minds.
     * Without this word it is {@code drill}.
     *
     * @param name not one that each server has, such as {@code postgres}
     * @return a changed copy
     * @throws IllegalArgumentException when no database can have it
     */
    public DrillRequest database(String name) {
        Draft draft = draft();
        draft.database = Names.checked("database", Objects.requireNonNull(name, "name"));
        return new DrillRequest(draft);
    }

    /**
     * Names the user as whom {@link DrillWork} speaks to the server, which is made if need be and may do everything
     * there. Without this word it is the server's own superuser.
     *
     * @param name for example the project's user
     * @return a changed copy
     * @throws IllegalArgumentException when no user can have it
     */
    public DrillRequest user(String name) {
        Draft draft = draft();
        draft.user = Names.checked("user", Objects.requireNonNull(name, "name"));
        return new DrillRequest(draft);
    }

    /**
     * Which backup.
     *
     * @return its id
     */
    public BackupId backup() {
        return backup;
    }

    /**
     * Which backup, where its repository is known.
     *
     * @return empty when it is to be looked for
     */
    public Optional<BackupRef> ref() {
        return Optional.ofNullable(ref);
    }

    /**
     * From which image.
     *
     * @return empty for that of the project's own container
     */
    public Optional<String> image() {
        return Optional.ofNullable(image);
    }

    /**
     * How much memory the container may have.
     *
     * @return bytes; empty where it is not limited
     */
    public OptionalLong memory() {
        return memory;
    }

    /**
     * Which share of the processors it may have.
     *
     * @return more than zero; empty where it is not limited
     */
    public OptionalDouble cores() {
        return cores;
    }

    /**
     * How much data there may be, in memory.
     *
     * @return bytes; empty where the data are in a volume
     */
    public OptionalLong inMemory() {
        return memoryDisk == 0 ? OptionalLong.empty() : OptionalLong.of(memoryDisk);
    }

    /**
     * How long it may take.
     *
     * @return at least a second
     */
    public Duration limit() {
        return limit;
    }

    /**
     * Which database it is restored into.
     *
     * @return empty for {@code drill}
     */
    public Optional<String> database() {
        return Optional.ofNullable(database);
    }

    /**
     * As whom work speaks to the server.
     *
     * @return empty for its superuser
     */
    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    private Draft draft() {
        Draft draft = new Draft(backup, ref);
        draft.image = image;
        draft.memory = memory;
        draft.cores = cores;
        draft.memoryDisk = memoryDisk;
        draft.limit = limit;
        draft.database = database;
        draft.user = user;
        return draft;
    }

    /** A request that is being changed; only this class sees one. */
    private static final class Draft {
        private final BackupId backup;
        private final @Nullable BackupRef ref;
        private @Nullable String image;
        private OptionalLong memory = OptionalLong.of(DEFAULT_MEMORY);
        private OptionalDouble cores = OptionalDouble.of(1);
        private long memoryDisk;
        private Duration limit = DEFAULT_LIMIT;
        private @Nullable String database;
        private @Nullable String user;

        Draft(BackupId backup, @Nullable BackupRef ref) {
            this.backup = backup;
            this.ref = ref;
        }
    }
}
