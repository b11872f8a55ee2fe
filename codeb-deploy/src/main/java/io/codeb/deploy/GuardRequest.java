package io.codeb.deploy;

import io.codeb.RestoreRequest;
import io.codeb.config.ConfiguredProject;
import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment does to the database of a project. Immutable; each word answers a changed copy.
 *
 * <p>Without further words a backup is made, nothing is changed, and whatever a failure leaves is rolled back, however
 * many rows were written meanwhile: they are told before, and kept on the server for a day.
 */
@CheckReturnValue
public final class GuardRequest {
    private static final Duration MIGRATION_LIMIT = Duration.ofHours(1);

    private final String project;
    private final @Nullable String repository;
    private final @Nullable Duration backupWithin;
    private final @Nullable RestoreRequest restore;
    private final boolean restoringLatest;
    private final @Nullable BackupSource source;
    private final boolean allowingUnrelatedDump;
    private final List<Migration> migrations;
    private final Duration migrationLimit;
    private final @Nullable RehearsalRequest rehearsal;
    private final List<Probe> probes;
    private final long losingAtMost;
    private final long rollingBackAtMost;

    private GuardRequest(Draft draft) {
        this.project = draft.project;
        this.repository = draft.repository;
        this.backupWithin = draft.backupWithin;
        this.restore = draft.restore;
        this.restoringLatest = draft.restoringLatest;
        this.source = draft.source;
        this.allowingUnrelatedDump = draft.allowingUnrelatedDump;
        this.migrations = List.copyOf(draft.migrations);
        this.migrationLimit = draft.migrationLimit;
        this.rehearsal = draft.rehearsal;
        this.probes = List.copyOf(draft.probes);
        this.losingAtMost = draft.losingAtMost;
        this.rollingBackAtMost = draft.rollingBackAtMost;
    }

    /**
     * A deployment that begins with a backup.
     *
     * @param project whose database
     * @return the request
     */
    public static GuardRequest of(String project) {
        return new GuardRequest(new Draft(Objects.requireNonNull(project, "project")));
    }

    /**
     * A deployment as a configuration has it: with a backup in the project's repository if it says {@code
     * backupOnDeploy}, and a restore of the project's last backup if it says {@code restoreOnDeploy}.
     *
     * @param configured the project
     * @return the request
     */
    public static GuardRequest of(ConfiguredProject configured) {
        GuardRequest request = of(configured.name()).in(configured.repository());
        request = configured.backupOnDeploy() ? request : request.withoutBackup();
        return configured.restoreOnDeploy() ? request.restoreLatest() : request;
    }

    /**
     * Begins with a new backup of the whole database.
     *
     * @return a changed copy
     */
    public GuardRequest backup() {
        return backupWithin(Duration.ZERO);
    }

    /**
     * Begins with a backup of the whole database, unless the repository has one that is recent enough and, read whole
     * now, is proven.
     *
     * @param age how long ago the dump may have begun; zero for a new one in any case
     * @return a changed copy
     * @throws IllegalArgumentException when it is negative
     */
    public GuardRequest backupWithin(Duration age) {
        if (Objects.requireNonNull(age, "age").isNegative()) {
            throw new IllegalArgumentException("a backup is not younger than now: " + age);
        }
        Draft draft = draft();
        draft.backupWithin = age;
        return new GuardRequest(draft);
    }

    /**
     * Makes no backup. What is restored is rolled back all the same, to what it has replaced; migrations alone are
     * refused then, since nothing could undo them.
     *
     * @return a changed copy
     */
    public GuardRequest withoutBackup() {
        Draft draft = draft();
        draft.backupWithin = null;
        return new GuardRequest(draft);
    }

    /**
     * Chooses where the backup goes, and where the last one is looked for.
     *
     * @param name a repository that the CodeB knows; without this word it is the first of them
     * @return a changed copy
     */
    public GuardRequest in(String name) {
        Draft draft = draft();
        draft.repository = Objects.requireNonNull(name, "name");
        return new GuardRequest(draft);
    }

    /**
     * Restores in the place of the database, before any migration.
     *
     * @param request says {@code replacing()}, and keeps what it replaces: that is what is rolled back to. A backup of
     *     another project also says {@code onProject(…)}
     * @return a changed copy
     */
    public GuardRequest restore(RestoreRequest request) {
        Draft draft = draft();
        draft.restore = Objects.requireNonNull(request, "request");
        draft.restoringLatest = false;
        draft.source = null;
        return new GuardRequest(draft);
    }

    /**
     * Restores the last backup of the project that there is before this one begins, in the place of the database.
     *
     * @return a changed copy
     */
    public GuardRequest restoreLatest() {
        Draft draft = draft();
        draft.restore = null;
        draft.restoringLatest = true;
        draft.source = null;
        return new GuardRequest(draft);
    }

    /**
     * Restores what is named from outside in the place of the database, before any migration. A dump is fetched before
     * anything else is done.
     *
     * @param from a backup of this project, or a dump
     * @return a changed copy
     */
    public GuardRequest restoreFrom(BackupSource from) {
        Draft draft = draft();
        draft.source = Objects.requireNonNull(from, "from");
        draft.restore = null;
        draft.restoringLatest = false;
        return new GuardRequest(draft);
    }

    /**
     * Takes a dump, too, that has none of the tables that the database has; without this word it is one of another
     * application, and what it has replaced is put back before anything is migrated.
     *
     * @return a changed copy
     */
    public GuardRequest allowingUnrelatedDump() {
        Draft draft = draft();
        draft.allowingUnrelatedDump = true;
        return new GuardRequest(draft);
    }

    /**
     * Migrates the database, after those migrations that were named before.
     *
     * @param migration how
     * @return a changed copy
     */
    public GuardRequest migrate(Migration migration) {
        Draft draft = draft();
        draft.migrations.add(Objects.requireNonNull(migration, "migration"));
        return new GuardRequest(draft);
    }

    /**
     * Limits how long each migration may take. Without this word it is an hour.
     *
     * @param limit more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public GuardRequest migratingWithin(Duration limit) {
        if (Objects.requireNonNull(limit, "limit").isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a migration takes more than no time: " + limit);
        }
        Draft draft = draft();
        draft.migrationLimit = limit;
        return new GuardRequest(draft);
    }

    /**
     * Rehearses the migrations before anything of the live database is changed, on a copy of what they will work on,
     * and lets the deployment fail where the rehearsal does.
     *
     * @param request limits; its backup and its migrations are those of the deployment, and are not named
     * @return a changed copy
     */
    public GuardRequest rehearsing(RehearsalRequest request) {
        Draft draft = draft();
        draft.rehearsal = Objects.requireNonNull(request, "request");
        return new GuardRequest(draft);
    }

    /**
     * Rehearses the migrations, as {@link #rehearsing(RehearsalRequest)} does, without further limits.
     *
     * @return a changed copy
     */
    public GuardRequest rehearsing() {
        return rehearsing(RehearsalRequest.of(project));
    }

    /**
     * Lets the deployment be kept only if a probe passes, after those that were named before.
     *
     * @param probe what is asked
     * @return a changed copy
     */
    public GuardRequest probe(Probe probe) {
        Draft draft = draft();
        draft.probes.add(Objects.requireNonNull(probe, "probe"));
        return new GuardRequest(draft);
    }

    /**
     * Lets the deployment fail when the tables have lost more rows than this, by count: because migrations have dropped
     * or emptied some, or what was restored has fewer. Without this word it may be any number, and is told.
     *
     * @param rows at least 0
     * @return a changed copy
     * @throws IllegalArgumentException when it is less
     */
    public GuardRequest losingAtMost(long rows) {
        Draft draft = draft();
        draft.losingAtMost = requireRows(rows);
        return new GuardRequest(draft);
    }

    /**
     * Leaves the database as a failure has left it, for somebody to decide, where a roll-back would take more rows out
     * of it than this, by count, or they cannot be counted. Those that the migrations themselves have written are among
     * them. Without this word it may be any number.
     *
     * @param rows at least 0
     * @return a changed copy
     * @throws IllegalArgumentException when it is less
     */
    public GuardRequest rollingBackAtMost(long rows) {
        Draft draft = draft();
        draft.rollingBackAtMost = requireRows(rows);
        return new GuardRequest(draft);
    }

    private static long requireRows(long rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("a number of rows is at least 0, not " + rows);
        }
        return rows;
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
     * How old the backup may be.
     *
     * @return zero for a new one, empty for none
     */
    public Optional<Duration> backupAge() {
        return Optional.ofNullable(backupWithin);
    }

    /**
     * What is restored first.
     *
     * @return empty where nothing is, and where it is the last backup
     */
    public Optional<RestoreRequest> restore() {
        return Optional.ofNullable(restore);
    }

    /**
     * From where it is restored first.
     *
     * @return empty where nothing is, and where {@link #restore()} says it
     */
    public Optional<BackupSource> source() {
        return Optional.ofNullable(source);
    }

    /**
     * Whether the last backup is restored first.
     *
     * @return false unless it was said
     */
    public boolean isRestoringLatest() {
        return restoringLatest;
    }

    /**
     * Whether a dump is taken that has none of the tables that the database has.
     *
     * @return false unless it was said
     */
    public boolean isAllowingUnrelatedDump() {
        return allowingUnrelatedDump;
    }

    /**
     * How it is migrated.
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
     * How the migrations are rehearsed.
     *
     * @return empty where they are not
     */
    public Optional<RehearsalRequest> rehearsal() {
        return Optional.ofNullable(rehearsal);
    }

    /**
     * What must pass.
     *
     * @return in their order
     */
    public List<Probe> probes() {
        return probes;
    }

    /**
     * How many rows the deployment may take out.
     *
     * @return {@link Long#MAX_VALUE} for any number
     */
    public long losingAtMost() {
        return losingAtMost;
    }

    /**
     * How many rows a roll-back may take out.
     *
     * @return {@link Long#MAX_VALUE} for any number
     */
    public long rollingBackAtMost() {
        return rollingBackAtMost;
    }

    /** The same with other probes. */
    GuardRequest withProbes(List<Probe> others) {
        Draft draft = draft();
        draft.probes.clear();
        draft.probes.addAll(others);
        return new GuardRequest(draft);
    }

    /** The same, and the database is neither restored nor migrated. */
    GuardRequest withoutChanges() {
        Draft draft = draft();
        draft.restore = null;
        draft.restoringLatest = false;
        draft.source = null;
        draft.migrations.clear();
        return new GuardRequest(draft);
    }

    private Draft draft() {
        Draft draft = new Draft(project);
        draft.repository = repository;
        draft.backupWithin = backupWithin;
        draft.restore = restore;
        draft.restoringLatest = restoringLatest;
        draft.source = source;
        draft.allowingUnrelatedDump = allowingUnrelatedDump;
        draft.migrations.addAll(migrations);
        draft.migrationLimit = migrationLimit;
        draft.rehearsal = rehearsal;
        draft.probes.addAll(probes);
        draft.losingAtMost = losingAtMost;
        draft.rollingBackAtMost = rollingBackAtMost;
        return draft;
    }

    /** A request that is being changed; only this class sees one. */
    private static final class Draft {
        private final String project;
        private final List<Migration> migrations = new ArrayList<>();
        private final List<Probe> probes = new ArrayList<>();
        private @Nullable String repository;
        private @Nullable Duration backupWithin = Duration.ZERO;
        private @Nullable RestoreRequest restore;
        private boolean restoringLatest;
        private @Nullable BackupSource source;
        private boolean allowingUnrelatedDump;
        private Duration migrationLimit = MIGRATION_LIMIT;
        private @Nullable RehearsalRequest rehearsal;
        private long losingAtMost = Long.MAX_VALUE;
        private long rollingBackAtMost = Long.MAX_VALUE;

        private Draft(String project) {
            this.project = project;
        }
    }
}
