package io.codeb;

import io.codeb.error.Finding;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.ContainerCommand;
import io.codeb.model.Reach;
import io.codeb.model.RestoreMode;
import io.codeb.model.RestoreOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What to restore, and where to. Immutable; each word answers a changed copy.
 *
 * <p>Without further words a backup goes to the server of its own project, into the database that the project names,
 * which must not exist: nothing that exists is touched unless the caller says so.
 */
@CheckReturnValue
public final class RestoreRequest {
    /** The longest time that a database can be kept for which was replaced: ten years. */
    public static final Duration KEPT_AT_MOST = Duration.ofDays(3650);

    static final Duration KEPT_UNLESS_SAID = Duration.ofDays(1);

    private final @Nullable BackupId backup;
    private final @Nullable BackupRef ref;
    private final @Nullable ForeignDump foreign;
    private final @Nullable String project;
    private final @Nullable String database;
    private final RestoreMode mode;
    private final RestoreOptions options;
    private final Set<SignatureProblem> despite;
    private final Duration keep;
    private final List<String> afterLoad;
    private final List<ContainerCommand> commands;
    private final boolean checksums;
    private final boolean verifyingFirst;
    private final Map<String, Finding.Severity> lowered;
    private final boolean emptying;
    private final List<String> tables;
    private final @Nullable Duration safetyBackup;
    private final long unpackedAtMost;

    private RestoreRequest(Draft draft) {
        this.backup = draft.backup;
        this.ref = draft.ref;
        this.foreign = draft.foreign;
        this.project = draft.project;
        this.database = draft.database;
        this.mode = draft.mode;
        this.options = draft.options;
        this.despite = Set.copyOf(draft.despite);
        this.keep = draft.keep;
        this.afterLoad = List.copyOf(draft.afterLoad);
        this.commands = List.copyOf(draft.commands);
        this.checksums = draft.checksums;
        this.verifyingFirst = draft.verifyingFirst;
        this.lowered = draft.lowered;
        this.emptying = draft.emptying;
        this.tables = List.copyOf(draft.tables);
        this.safetyBackup = draft.safetyBackup;
        this.unpackedAtMost = draft.unpackedAtMost;
    }

    /**
     * Restores a backup.
     *
     * @param ref which, and of which repository
     * @return the request
     */
    public static RestoreRequest of(BackupRef ref) {
        Draft draft = new Draft();
        draft.backup = Objects.requireNonNull(ref, "ref").id();
        draft.ref = ref;
        return new RestoreRequest(draft);
    }

    /**
     * Restores a backup that is looked for in all repositories.
     *
     * @param id which; when several have it the restore fails with {@code BACKUP_AMBIGUOUS}
     * @return the request
     */
    public static RestoreRequest of(BackupId id) {
        Draft draft = new Draft();
        draft.backup = Objects.requireNonNull(id, "id");
        return new RestoreRequest(draft);
    }

    /**
     * Restores a dump that CodeB did not write: plain SQL, or a custom or tar archive of pg_dump, any of them
     * compressed with gzip or zstd or not at all. What it is, its content says, not its name.
     *
     * <p>The file is read twice: what must not be run, and what the server lacks, is told before anything is done.
     *
     * @param dump a regular file; for a pipe and the like there is {@link #ofStream(String, StreamOpener)}
     * @return the request, which also needs {@link #onProject(String)}
     */
    public static RestoreRequest ofFile(Path dump) {
        return of(new ForeignDump(Objects.requireNonNull(dump, "dump").toString(), () -> DumpFile.open(dump), true));
    }

    /**
     * Restores a dump that CodeB did not write, as {@link #ofFile(Path)}, from any stream. It is read once: what must
     * not be run is told when it is reached, and what came before it is dropped again.
     *
     * @param name names the stream in messages
     * @param opener opens it when the restore reads it; called once, and what it opens is closed
     * @return the request, which also needs {@link #onProject(String)}
     */
    public static RestoreRequest ofStream(String name, StreamOpener opener) {
        return of(new ForeignDump(name, opener, false));
    }

    private static RestoreRequest of(ForeignDump dump) {
        Draft draft = new Draft();
        draft.foreign = dump;
        return new RestoreRequest(draft);
    }

    /**
     * Names the database to restore into.
     *
     * @param databaseName exactly as the server shall have it
     * @return a changed copy
     * @throws IllegalArgumentException when the name is empty or holds a NUL
     */
    public RestoreRequest into(String databaseName) {
        Draft draft = draft();
        draft.database = Names.checked("database", Objects.requireNonNull(databaseName, "databaseName"));
        return new RestoreRequest(draft);
    }

    /**
     * Restores on the server of another project, for example of staging.
     *
     * @param projectName a project that this CodeB knows; its user restores
     * @return a changed copy
     */
    public RestoreRequest onProject(String projectName) {
        Draft draft = draft();
        draft.project = Objects.requireNonNull(projectName, "projectName");
        return new RestoreRequest(draft);
    }

    /**
     * Restores into a database that exists and is empty, in one transaction. For a backup of rows only: into one that
     * has the definitions, and no rows in the tables that the backup fills. The same goes for rows only that CodeB did
     * not dump, if they are in a file: what a dump fills is told by looking through it before.
     *
     * @return a changed copy
     */
    public RestoreRequest intoExisting() {
        Draft draft = draft();
        draft.mode = RestoreMode.EXISTING;
        draft.emptying = false;
        draft.tables = List.of();
        return new RestoreRequest(draft);
    }

    /**
     * Empties the database and restores into it, in one transaction: for a user who may not make databases. When
     * anything fails, and when the process, the container or the server dies, all is there as before. Who uses the
     * tables waits until the transaction has ended.
     *
     * <p>Nothing of what was there is kept on the server, so a backup of it is made first, {@link #withSafetyBackup()},
     * or found, {@link #safetyBackupWithin(Duration)}. Until the transaction is committed the server's disk holds both.
     *
     * @return a changed copy
     */
    public RestoreRequest emptying() {
        Draft draft = draft();
        draft.mode = RestoreMode.EXISTING;
        draft.emptying = true;
        draft.tables = List.of();
        draft.safetyBackup = safetyBackup == null ? Duration.ZERO : safetyBackup;
        return new RestoreRequest(draft);
    }

    /**
     * Replaces the rows of some tables of a database that has others, and nothing else: the backup is loaded and proven
     * beside it, then the rows of these tables are exchanged in one transaction. Their definitions stay as they are,
     * with their indexes, grants and policies; their triggers do not fire; foreign keys of them and to them are proven
     * once more; their sequences go forward and never back. A table that the database lacks is made as the backup has
     * it. What does not fit is told, and nothing is changed. Who uses the tables waits until the transaction has ended.
     *
     * <p>A backup of the database is made first, {@link #withSafetyBackup()}, or found, {@link
     * #safetyBackupWithin(Duration)}. The user needs the right to make databases, and owns the tables.
     *
     * @param patterns {@code schema.table}, or {@code table} in any schema; {@code *} and {@code ?} as in {@link
     *     BackupRequest#tables(String...)}
     * @return a changed copy
     * @throws IllegalArgumentException when there is none
     */
    public RestoreRequest replacingTables(String... patterns) {
        List<String> chosen = new ArrayList<>();
        for (String pattern : Objects.requireNonNull(patterns, "patterns")) {
            chosen.add(Objects.requireNonNull(pattern, "patterns"));
        }
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("name the tables whose rows are replaced");
        }
        Draft draft = draft();
        draft.mode = RestoreMode.EXISTING;
        draft.emptying = false;
        draft.tables = chosen;
        draft.safetyBackup = safetyBackup == null ? Duration.ZERO : safetyBackup;
        return new RestoreRequest(draft);
    }

    /**
     * Makes a backup of the database before it is replaced or emptied. It is one of the project's as any other, in the
     * default repository, with the label {@code safety}. When it cannot be made nothing is restored.
     *
     * @return a changed copy
     */
    public RestoreRequest withSafetyBackup() {
        return safetyBackupWithin(Duration.ZERO);
    }

    /**
     * Makes a backup of the database before it is replaced or emptied, unless the default repository has one of all of
     * it that is recent enough.
     *
     * @param age how long ago the dump may have begun; zero for a new one in any case
     * @return a changed copy
     * @throws IllegalArgumentException when it is negative
     */
    public RestoreRequest safetyBackupWithin(Duration age) {
        if (Objects.requireNonNull(age, "age").isNegative()) {
            throw new IllegalArgumentException("a backup is not younger than now: " + age);
        }
        Draft draft = draft();
        draft.safetyBackup = age;
        return new RestoreRequest(draft);
    }

    /**
     * Replaces the database if it exists: the backup is loaded and proven beside it, then takes its name. Whoever is
     * connected is sent away in that moment, and finds the new one when he comes again. The old one is kept for a day,
     * and {@link RestoreService#rollback(RollbackRequest)} puts it back in seconds.
     *
     * <p>An old one takes its room on the server's disk until a restore of the same database, or {@link
     * DatabaseService#cleanUp(String)}, comes by after its time.
     *
     * @return a changed copy
     */
    public RestoreRequest replacing() {
        return replacing(KEPT_UNLESS_SAID);
    }

    /**
     * Replaces the database if it exists, as {@link #replacing()} does, and keeps the old one for another time.
     *
     * @param keep to the second; zero drops the old one as soon as the new one is in its place
     * @return a changed copy
     * @throws IllegalArgumentException when it is negative or longer than ten years
     */
    public RestoreRequest replacing(Duration keep) {
        Draft draft = draft();
        draft.mode = RestoreMode.REPLACING;
        draft.emptying = false;
        draft.tables = List.of();
        draft.keep = requireKeep(Objects.requireNonNull(keep, "keep"));
        return new RestoreRequest(draft);
    }

    static Duration requireKeep(Duration keep) {
        if (keep.isNegative() || keep.compareTo(KEPT_AT_MOST) > 0) {
            throw new IllegalArgumentException(
                    "what was replaced is kept for zero to " + KEPT_AT_MOST.toDays() + " days, not " + keep);
        }
        return keep;
    }

    /**
     * Chooses one database of a dump that holds several, as {@code pg_dumpall} makes them.
     *
     * @param databaseName as the dump has it
     * @return a changed copy
     * @throws IllegalArgumentException when the name is empty or holds a NUL
     */
    public RestoreRequest fromDatabase(String databaseName) {
        return with(
                options.fromDatabase(Names.checked("database", Objects.requireNonNull(databaseName, "databaseName"))));
    }

    /**
     * Leaves owners out: what is restored belongs to the user who restores.
     *
     * @return a changed copy
     */
    public RestoreRequest withoutOwners() {
        return with(options.withoutOwners());
    }

    /**
     * Leaves grants and revocations out.
     *
     * @return a changed copy
     */
    public RestoreRequest withoutPrivileges() {
        return with(options.withoutPrivileges());
    }

    /**
     * Leaves tablespaces out: everything goes into the database's own.
     *
     * @return a changed copy
     */
    public RestoreRequest withoutTablespaces() {
        return with(options.withoutTablespaces());
    }

    /**
     * Gives what belongs or was granted to one role to another.
     *
     * @param from as the dump has it
     * @param to as the server has it
     * @return a changed copy
     * @throws IllegalArgumentException when a name is empty or holds a NUL
     */
    public RestoreRequest mapRole(String from, String to) {
        return with(options.mapRole(
                Names.checked("role", Objects.requireNonNull(from, "from")),
                Names.checked("role", Objects.requireNonNull(to, "to"))));
    }

    /**
     * Lets a foreign dump reach beyond its database, which it may not otherwise. What is beyond it is not taken back
     * when the restore fails later. {@link Reach#ROLES} also restores the roles of a file of {@code pg_dumpall}.
     *
     * @param reach what it may reach
     * @return a changed copy
     */
    public RestoreRequest allowing(Reach... reach) {
        for (Reach each : Objects.requireNonNull(reach, "reach")) {
            Objects.requireNonNull(each, "reach");
        }
        return with(options.allow(reach));
    }

    /**
     * Restores a backup although its signature is not believed. What it holds runs as SQL on the server: say this only
     * of a backup that you know from elsewhere.
     *
     * @param problems what may be wrong with it
     * @return a changed copy
     */
    public RestoreRequest despite(SignatureProblem... problems) {
        Set<SignatureProblem> all = new TreeSet<>(despite);
        for (SignatureProblem problem : Objects.requireNonNull(problems, "problems")) {
            all.add(Objects.requireNonNull(problem, "problems"));
        }
        Draft draft = draft();
        draft.despite = all;
        return new RestoreRequest(draft);
    }

    /**
     * Changes what was restored before anybody sees it: once it is proven, and before it gets its name. So that, for
     * example, what a staging database must not have is never in one. Each statement runs in a transaction of its own,
     * as the project's user; when one fails nothing is kept of the restore. The rows in the result are those of the
     * backup.
     *
     * @param statements in SQL, in their order; a restore {@link #intoExisting()} is refused with them
     * @return a changed copy, with these after those that it has
     */
    public RestoreRequest afterLoad(String... statements) {
        List<String> all = new ArrayList<>(afterLoad);
        for (String statement : Objects.requireNonNull(statements, "statements")) {
            all.add(Objects.requireNonNull(statement, "statements"));
        }
        Draft draft = draft();
        draft.afterLoad = all;
        return new RestoreRequest(draft);
    }

    /**
     * Changes what was restored before anybody sees it by a command in a container, for example one that makes a
     * staging copy anonymous: once the statements of {@link #afterLoad(String...)} have run. The command is told where
     * the database is by the variables of libpq. Where it ends with another status than 0, or takes too long, nothing
     * is kept of the restore. What it commits must be all that it does: when the restore fails later only the database
     * is gone.
     *
     * @param command what is run, after those that the request has; a restore {@link #intoExisting()} is refused with
     *     one, and so is one whose container is not running
     * @return a changed copy
     */
    public RestoreRequest afterLoad(ContainerCommand command) {
        List<ContainerCommand> all = new ArrayList<>(commands);
        all.add(Objects.requireNonNull(command, "command"));
        Draft draft = draft();
        draft.commands = all;
        return new RestoreRequest(draft);
    }

    /**
     * Counts rows only, also where the backup was made {@link BackupRequest#withChecksums()}: where the time is short,
     * or where the server that restores writes values of some type in another way than the one that was backed up.
     *
     * @return a changed copy
     */
    public RestoreRequest withoutChecksums() {
        Draft draft = draft();
        draft.checksums = false;
        return new RestoreRequest(draft);
    }

    /**
     * Reads the whole backup and proves its digests before anything is done on the server. A restore proves them in any
     * case, as it loads, and keeps nothing where one does not hold: this tells it before the load, for the time that it
     * takes to read the backup once more.
     *
     * @return a changed copy
     */
    public RestoreRequest verifyingFirst() {
        Draft draft = draft();
        draft.verifyingFirst = true;
        return new RestoreRequest(draft);
    }

    /**
     * Takes what the checks before the restore find less seriously, in this restore only.
     *
     * @param finding its id, as docs/checks.md has it
     * @param most the gravest that it may be: {@code WARNING} lets the restore be made, {@code INFO} tells nobody
     * @return a changed copy
     * @throws IllegalArgumentException when this is no id
     */
    public RestoreRequest lower(String finding, Finding.Severity most) {
        Draft draft = draft();
        draft.lowered = Lowering.plus(lowered, finding, most);
        return new RestoreRequest(draft);
    }

    /**
     * Limits what a dump has that CodeB did not write, when it is decompressed: for one of somebody else, a small file
     * of which can be as much as fills a disk. What is more fails with {@code DUMP_TOO_LARGE}. Without this word it may
     * have any size; backups of CodeB's own know theirs.
     *
     * @param bytes more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public RestoreRequest unpackingAtMost(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a dump has more than zero bytes, not " + bytes);
        }
        Draft draft = draft();
        draft.unpackedAtMost = bytes;
        return new RestoreRequest(draft);
    }

    private RestoreRequest with(RestoreOptions changed) {
        Draft draft = draft();
        draft.options = changed;
        return new RestoreRequest(draft);
    }

    /**
     * Which backup.
     *
     * @return empty when a foreign dump is restored
     */
    public Optional<BackupId> backup() {
        return Optional.ofNullable(backup);
    }

    /**
     * Which backup, where its repository is known.
     *
     * @return empty when it is to be looked for, and when a foreign dump is restored
     */
    public Optional<BackupRef> ref() {
        return Optional.ofNullable(ref);
    }

    /**
     * Which dump that CodeB did not write.
     *
     * @return empty when a backup is restored
     */
    public Optional<ForeignDump> foreign() {
        return Optional.ofNullable(foreign);
    }

    /**
     * On whose server.
     *
     * @return empty for the backup's own project
     */
    public Optional<String> project() {
        return Optional.ofNullable(project);
    }

    /**
     * Into which database.
     *
     * @return empty for the project's own
     */
    public Optional<String> database() {
        return Optional.ofNullable(database);
    }

    /**
     * What may be done to it.
     *
     * @return {@link RestoreMode#NEW} unless another was asked for
     */
    public RestoreMode mode() {
        return mode;
    }

    /**
     * For how long a database that is replaced is kept.
     *
     * @return zero when it is dropped at once
     */
    public Duration keep() {
        return keep;
    }

    /**
     * What changes what was restored before anybody sees it.
     *
     * @return statements in their order
     */
    public List<String> afterLoad() {
        return afterLoad;
    }

    /**
     * Which commands do so, after the statements.
     *
     * @return in their order
     */
    public List<ContainerCommand> commandsAfterLoad() {
        return commands;
    }

    /**
     * Whether contents are compared, where the backup has checksums.
     *
     * @return true unless they are only to be counted
     */
    public boolean checksums() {
        return checksums;
    }

    /**
     * Whether what is in the database goes first.
     *
     * @return true only where the mode is {@link RestoreMode#EXISTING}
     */
    public boolean isEmptying() {
        return emptying;
    }

    /**
     * Which tables alone get the rows of the backup.
     *
     * @return patterns; none where all of the backup is restored
     */
    public List<String> tables() {
        return tables;
    }

    /**
     * How old a backup of what is replaced or emptied may be.
     *
     * @return zero where one is made in any case; empty where none is wanted
     */
    public Optional<Duration> safetyBackup() {
        return Optional.ofNullable(safetyBackup);
    }

    /**
     * Whether the backup is read and proven before anything is done.
     *
     * @return false unless it was asked for
     */
    public boolean isVerifyingFirst() {
        return verifyingFirst;
    }

    /**
     * How many bytes a dump that CodeB did not write may have when it is decompressed.
     *
     * @return more than zero; {@link Long#MAX_VALUE} for any number
     */
    public long unpackedAtMost() {
        return unpackedAtMost;
    }

    /**
     * What is taken less seriously.
     *
     * @return the gravest that a finding may be, by its id
     */
    public Map<String, Finding.Severity> lowered() {
        return lowered;
    }

    /**
     * What of the dump is restored, and as whose.
     *
     * @return everything, unless something else was asked for
     */
    public RestoreOptions options() {
        return options;
    }

    /**
     * What may be wrong with the backup's signature.
     *
     * @return nothing, unless something was named
     */
    public Set<SignatureProblem> despite() {
        return despite;
    }

    private Draft draft() {
        Draft draft = new Draft();
        draft.backup = backup;
        draft.ref = ref;
        draft.foreign = foreign;
        draft.project = project;
        draft.database = database;
        draft.mode = mode;
        draft.options = options;
        draft.despite = despite;
        draft.keep = keep;
        draft.afterLoad = afterLoad;
        draft.commands = commands;
        draft.checksums = checksums;
        draft.verifyingFirst = verifyingFirst;
        draft.lowered = lowered;
        draft.emptying = emptying;
        draft.tables = tables;
        draft.safetyBackup = safetyBackup;
        draft.unpackedAtMost = unpackedAtMost;
        return draft;
    }

    /** A request that is being changed; only this class sees one. */
    private static final class Draft {
        private @Nullable BackupId backup;
        private @Nullable BackupRef ref;
        private @Nullable ForeignDump foreign;
        private @Nullable String project;
        private @Nullable String database;
        private RestoreMode mode = RestoreMode.NEW;
        private RestoreOptions options = RestoreOptions.AS_DUMPED;
        private Set<SignatureProblem> despite = Set.of();
        private Duration keep = KEPT_UNLESS_SAID;
        private List<String> afterLoad = List.of();
        private List<ContainerCommand> commands = List.of();
        private boolean checksums = true;
        private boolean verifyingFirst;
        private Map<String, Finding.Severity> lowered = Map.of();
        private boolean emptying;
        private List<String> tables = List.of();
        private @Nullable Duration safetyBackup;
        private long unpackedAtMost = Long.MAX_VALUE;
    }

    /** Opens a stream. */
    @FunctionalInterface
    public interface StreamOpener {
        /**
         * Opens the stream.
         *
         * @return the bytes, to be closed by who reads them
         * @throws IOException when it cannot be opened
         */
        InputStream open() throws IOException;
    }

    /**
     * A dump that CodeB did not write.
     *
     * @param name names it in messages
     * @param opener opens it
     * @param opensAgain whether the opener may be called more than once
     */
    public record ForeignDump(String name, StreamOpener opener, boolean opensAgain) {
        /** Checks that both are there. */
        public ForeignDump {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(opener, "opener");
        }
    }
}
