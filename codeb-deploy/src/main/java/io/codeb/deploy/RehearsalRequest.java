package io.codeb.deploy;

import io.codeb.DrillRequest;
import io.codeb.model.BackupRef;
import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is rehearsed, and what must not come of it. Immutable; each word answers a changed copy.
 *
 * <p>Without further words a new backup is made and restored into a container as a drill's, of the image of the
 * project's own, and nothing that the migrations do makes the rehearsal fail but their own failure.
 */
@CheckReturnValue
public final class RehearsalRequest {
    private final String project;
    private final @Nullable String repository;
    private final @Nullable BackupRef backup;
    private final Duration backupAge;
    private final List<Migration> migrations;
    private final Duration migrationLimit;
    private final UnaryOperator<DrillRequest> container;
    private final @Nullable Duration blockingAtMost;
    private final long losingAtMost;

    private RehearsalRequest(Draft draft) {
        this.project = draft.project;
        this.repository = draft.repository;
        this.backup = draft.backup;
        this.backupAge = draft.backupAge;
        this.migrations = List.copyOf(draft.migrations);
        this.migrationLimit = draft.migrationLimit;
        this.container = draft.container;
        this.blockingAtMost = draft.blockingAtMost;
        this.losingAtMost = draft.losingAtMost;
    }

    /**
     * A rehearsal.
     *
     * @param project whose database
     * @return the request, which still needs a migration; a guard brings its own
     */
    public static RehearsalRequest of(String project) {
        return new RehearsalRequest(new Draft(Objects.requireNonNull(project, "project")));
    }

    /**
     * Rehearses on a backup that there is.
     *
     * @param ref of the whole database
     * @return a changed copy
     */
    public RehearsalRequest backup(BackupRef ref) {
        Draft draft = draft();
        draft.backup = Objects.requireNonNull(ref, "ref");
        return new RehearsalRequest(draft);
    }

    /**
     * Rehearses on a new backup of the whole database, unless the repository has one that is recent enough.
     *
     * @param age how long ago the dump may have begun; zero for a new one in any case
     * @return a changed copy
     * @throws IllegalArgumentException when it is negative
     */
    public RehearsalRequest backupWithin(Duration age) {
        if (Objects.requireNonNull(age, "age").isNegative()) {
            throw new IllegalArgumentException("a backup is not younger than now: " + age);
        }
        Draft draft = draft();
        draft.backup = null;
        draft.backupAge = age;
        return new RehearsalRequest(draft);
    }

    /**
     * Chooses where the backup goes, and where a recent one is looked for.
     *
     * @param name a repository that the CodeB knows; without this word it is the first of them
     * @return a changed copy
     */
    public RehearsalRequest in(String name) {
        Draft draft = draft();
        draft.repository = Objects.requireNonNull(name, "name");
        return new RehearsalRequest(draft);
    }

    /**
     * Rehearses a migration, after those that were named before.
     *
     * @param migration one that can be: {@link Migration#rehearsedOn}
     * @return a changed copy
     */
    public RehearsalRequest migrate(Migration migration) {
        Draft draft = draft();
        draft.migrations.add(Objects.requireNonNull(migration, "migration"));
        return new RehearsalRequest(draft);
    }

    /**
     * Limits how long each migration may take: one that takes longer has failed. Without this word it is an hour.
     *
     * @param limit more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public RehearsalRequest migratingWithin(Duration limit) {
        if (Objects.requireNonNull(limit, "limit").isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a migration takes more than no time: " + limit);
        }
        Draft draft = draft();
        draft.migrationLimit = limit;
        return new RehearsalRequest(draft);
    }

    /**
     * Says how the container is made: its image, its memory, its cores, and how long all of the rehearsal may take.
     *
     * @param words are said to a drill with the backup, for example {@code drill -> drill.memory(4L << 30)}
     * @return a changed copy
     */
    public RehearsalRequest container(UnaryOperator<DrillRequest> words) {
        Draft draft = draft();
        draft.container = Objects.requireNonNull(words, "words");
        return new RehearsalRequest(draft);
    }

    /**
     * Lets the rehearsal fail where the migrations keep those waiting for longer than this who write to a table.
     *
     * @param time at least zero; for one table, without a break
     * @return a changed copy
     * @throws IllegalArgumentException when it is negative
     */
    public RehearsalRequest blockingAtMost(Duration time) {
        if (Objects.requireNonNull(time, "time").isNegative()) {
            throw new IllegalArgumentException("nobody waits for less than no time: " + time);
        }
        Draft draft = draft();
        draft.blockingAtMost = time;
        return new RehearsalRequest(draft);
    }

    /**
     * Lets the rehearsal fail where the tables lose more rows than this, by count. Without this word it may be any
     * number.
     *
     * @param rows at least 0
     * @return a changed copy
     * @throws IllegalArgumentException when it is less
     */
    public RehearsalRequest losingAtMost(long rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("a number of rows is at least 0, not " + rows);
        }
        Draft draft = draft();
        draft.losingAtMost = rows;
        return new RehearsalRequest(draft);
    }

    /**
     * Whose database.
     *
     * @return the project's name
     */
    public String project() {
        return project;
    }

    /**
     * Where the backup goes.
     *
     * @return empty for the first repository
     */
    public Optional<String> repository() {
        return Optional.ofNullable(repository);
    }

    /**
     * Which backup.
     *
     * @return empty for a new one, or a recent one
     */
    public Optional<BackupRef> backup() {
        return Optional.ofNullable(backup);
    }

    /**
     * How old the backup may be, where none is named.
     *
     * @return zero for a new one
     */
    public Duration backupAge() {
        return backupAge;
    }

    /**
     * What is rehearsed.
     *
     * @return in their order
     */
    public List<Migration> migrations() {
        return migrations;
    }

    /**
     * How long each migration may take.
     *
     * @return more than zero
     */
    public Duration migrationLimit() {
        return migrationLimit;
    }

    /**
     * How the container is made.
     *
     * @return what is said to a drill
     */
    public UnaryOperator<DrillRequest> container() {
        return container;
    }

    /**
     * For how long writers may be kept waiting.
     *
     * @return empty for any time
     */
    public Optional<Duration> blockingAtMost() {
        return Optional.ofNullable(blockingAtMost);
    }

    /**
     * How many rows may be lost.
     *
     * @return {@link Long#MAX_VALUE} for any number
     */
    public long losingAtMost() {
        return losingAtMost;
    }

    private Draft draft() {
        Draft draft = new Draft(project);
        draft.repository = repository;
        draft.backup = backup;
        draft.backupAge = backupAge;
        draft.migrations.addAll(migrations);
        draft.migrationLimit = migrationLimit;
        draft.container = container;
        draft.blockingAtMost = blockingAtMost;
        draft.losingAtMost = losingAtMost;
        return draft;
    }

    /** A request that is being changed; only this class sees one. */
    private static final class Draft {
        private final String project;
        private final List<Migration> migrations = new ArrayList<>();
        private @Nullable String repository;
        private @Nullable BackupRef backup;
        private Duration backupAge = Duration.ZERO;
        private Duration migrationLimit = Duration.ofHours(1);
        private UnaryOperator<DrillRequest> container = UnaryOperator.identity();
        private @Nullable Duration blockingAtMost;
        private long losingAtMost = Long.MAX_VALUE;

        private Draft(String project) {
            this.project = project;
        }
    }
}
