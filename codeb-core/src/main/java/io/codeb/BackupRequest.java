package io.codeb;

import io.codeb.error.Finding;
import io.codeb.model.BoundedTexts;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Content;
import io.codeb.model.DumpMode;
import io.codeb.model.Selection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to back up. Immutable; each word answers a changed copy.
 *
 * <p>Without further words the whole database is backed up, without the server's globals.
 *
 * <p>A table pattern is {@code schema.table} or {@code table} (in any schema), where {@code *} stands for any
 * characters and {@code ?} for one; a part in double quotes is taken as it is, with {@code ""} for a quote in it.
 * Patterns are checked against the catalog: one that matches no table is an error.
 */
@CheckReturnValue
public final class BackupRequest {
    private final String project;
    private final @Nullable String repository;
    private final Selection selection;
    private final boolean globals;
    private final boolean passwordHashes;
    private final Map<String, String> labels;
    private final Map<String, Finding.Severity> lowered;
    private final boolean checksums;
    private final DumpMode mode;

    private BackupRequest(Draft draft) {
        this.project = draft.project;
        this.repository = draft.repository;
        this.selection = draft.selection;
        this.globals = draft.globals;
        this.passwordHashes = draft.passwordHashes;
        this.labels = draft.labels;
        this.lowered = draft.lowered;
        this.checksums = draft.checksums;
        this.mode = draft.mode;
    }

    /**
     * Backs up a project's whole database.
     *
     * @param project its name
     * @return the request
     */
    public static BackupRequest of(String project) {
        return new BackupRequest(new Draft(Objects.requireNonNull(project, "project")));
    }

    /**
     * Chooses where the backup goes.
     *
     * @param repositoryName a repository that this CodeB knows; without this word it is the first of them
     * @return a changed copy
     */
    public BackupRequest to(String repositoryName) {
        Objects.requireNonNull(repositoryName, "repositoryName");
        Draft draft = draft();
        draft.repository = repositoryName;
        return new BackupRequest(draft);
    }

    /**
     * Takes the definitions only.
     *
     * @return a changed copy
     */
    public BackupRequest schemaOnly() {
        return content(Content.SCHEMA_ONLY);
    }

    /**
     * Takes the rows only.
     *
     * @return a changed copy
     */
    public BackupRequest dataOnly() {
        return content(Content.DATA_ONLY);
    }

    private BackupRequest content(Content content) {
        return select(new Selection(content, selection.include(), selection.exclude(), selection.options()));
    }

    /**
     * Takes only the tables that match, with their indexes, constraints, triggers and owned sequences, but without what
     * they depend on.
     *
     * @param patterns further patterns
     * @return a changed copy
     */
    public BackupRequest tables(String... patterns) {
        return select(new Selection(
                selection.content(),
                plus(selection.include(), "patterns", patterns),
                selection.exclude(),
                selection.options()));
    }

    /**
     * Leaves out the tables that match, rows and definitions.
     *
     * @param patterns further patterns
     * @return a changed copy
     */
    public BackupRequest withoutTables(String... patterns) {
        return select(new Selection(
                selection.content(),
                selection.include(),
                plus(selection.exclude(), "patterns", patterns),
                selection.options()));
    }

    /**
     * Leaves out who owns what, so that whoever restores owns everything.
     *
     * @return a changed copy
     */
    public BackupRequest withoutOwners() {
        return options("--no-owner");
    }

    /**
     * Leaves out who may do what.
     *
     * @return a changed copy
     */
    public BackupRequest withoutPrivileges() {
        return options("--no-privileges");
    }

    /**
     * Passes further options to the dump program. Only those that leave the dump restorable are allowed; the run fails
     * with {@link io.codeb.error.ConfigException} for any other.
     *
     * @param options for example {@code --no-comments}; a value is joined by {@code =}
     * @return a changed copy
     */
    public BackupRequest options(String... options) {
        return select(new Selection(
                selection.content(),
                selection.include(),
                selection.exclude(),
                plus(selection.options(), "options", options)));
    }

    /**
     * Adds an entry with the server's roles, memberships and tablespaces, without password hashes.
     *
     * @return a changed copy
     */
    public BackupRequest withGlobals() {
        Draft draft = draft();
        draft.globals = true;
        return new BackupRequest(draft);
    }

    /**
     * Adds an entry with the server's roles, memberships and tablespaces, password hashes included. Needs a superuser.
     *
     * @return a changed copy
     */
    public BackupRequest withGlobalsAndPasswordHashes() {
        Draft draft = draft();
        draft.globals = true;
        draft.passwordHashes = true;
        return new BackupRequest(draft);
    }

    /**
     * Notes what the rows of each table add up to, in the same moment of the database that is dumped. Whoever restores
     * the backup compares what arrived with it, value by value, where else rows are only counted. It reads each table
     * once more, here and there; docs/restore.md has what that costs, and what it does not see.
     *
     * @return a changed copy
     */
    public BackupRequest withChecksums() {
        Draft draft = draft();
        draft.checksums = true;
        return new BackupRequest(draft);
    }

    /**
     * Reads large tables in pieces, over several connections at once. Without this word and {@link #sql()}, the engine
     * reads the database as it thinks best, and tells where it would have read it so and could not; with this one, a
     * backup fails there.
     *
     * @return a changed copy
     */
    public BackupRequest parallel() {
        return mode(DumpMode.PARALLEL);
    }

    /**
     * Reads the database as one stream, by the server's own dump program alone.
     *
     * @return a changed copy
     */
    public BackupRequest sql() {
        return mode(DumpMode.SQL);
    }

    private BackupRequest mode(DumpMode wanted) {
        Draft draft = draft();
        draft.mode = wanted;
        return new BackupRequest(draft);
    }

    /**
     * Notes something on the backup, which has room for 64 of them.
     *
     * @param name letters, digits, {@code .}, {@code _} and {@code -}, at most 63
     * @param value at most 1,000 characters; no secrets, manifests are readable
     * @return a changed copy
     * @throws IllegalArgumentException when there is no room for it, or it cannot be one
     */
    public BackupRequest label(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(labels);
        changed.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        Draft draft = draft();
        draft.labels = BoundedTexts.LABELS.copyOf(changed);
        return new BackupRequest(draft);
    }

    /**
     * Takes what the checks before the backup find less seriously. A word here goes before the project's own.
     *
     * @param finding its id, as docs/checks.md has it
     * @param most the gravest that it may be: {@code WARNING} lets the backup be made, {@code INFO} tells nobody
     * @return a changed copy
     * @throws IllegalArgumentException when this is no id
     */
    public BackupRequest lower(String finding, Finding.Severity most) {
        Draft draft = draft();
        draft.lowered = Lowering.plus(lowered, finding, most);
        return new BackupRequest(draft);
    }

    private BackupRequest select(Selection changed) {
        Draft draft = draft();
        draft.selection = changed;
        return new BackupRequest(draft);
    }

    private static List<String> plus(List<String> list, String what, String... more) {
        List<String> all = new ArrayList<>(list);
        for (String each : Objects.requireNonNull(more, what)) {
            all.add(Objects.requireNonNull(each, what));
        }
        return all;
    }

    /**
     * Which project.
     *
     * @return its name
     */
    public String project() {
        return project;
    }

    /**
     * Into which repository.
     *
     * @return its name; empty for the first of those that there are
     */
    public Optional<String> repository() {
        return Optional.ofNullable(repository);
    }

    /**
     * Which part of its database.
     *
     * @return the selection
     */
    public Selection selection() {
        return selection;
    }

    /**
     * Whether the server's globals are taken.
     *
     * @return false unless asked for
     */
    public boolean globals() {
        return globals;
    }

    /**
     * Whether the globals hold password hashes.
     *
     * @return false unless asked for
     */
    public boolean passwordHashes() {
        return passwordHashes;
    }

    /**
     * The notes.
     *
     * @return values by name
     */
    public Map<String, String> labels() {
        return labels;
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
     * Whether it is noted what the rows of each table add up to.
     *
     * @return false unless asked for
     */
    public boolean checksums() {
        return checksums;
    }

    /**
     * How the database is read.
     *
     * @return {@link DumpMode#AUTOMATIC} unless asked for otherwise
     */
    public DumpMode mode() {
        return mode;
    }

    private Draft draft() {
        Draft draft = new Draft(project);
        draft.repository = repository;
        draft.selection = selection;
        draft.globals = globals;
        draft.passwordHashes = passwordHashes;
        draft.labels = labels;
        draft.lowered = lowered;
        draft.checksums = checksums;
        draft.mode = mode;
        return draft;
    }

    /** A request that is being changed; only this class sees one. */
    private static final class Draft {
        private final String project;
        private @Nullable String repository;
        private Selection selection = Selection.EVERYTHING;
        private boolean globals;
        private boolean passwordHashes;
        private Map<String, String> labels = Map.of();
        private Map<String, Finding.Severity> lowered = Map.of();
        private boolean checksums;
        private DumpMode mode = DumpMode.AUTOMATIC;

        private Draft(String project) {
            this.project = project;
        }
    }
}
