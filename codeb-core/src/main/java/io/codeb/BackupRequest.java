package io.codeb;

import io.codeb.error.Finding;
import io.codeb.model.BoundedTexts;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Content;
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

    private BackupRequest(
            String project,
            @Nullable String repository,
            Selection selection,
            boolean globals,
            boolean passwordHashes,
            Map<String, String> labels,
            Map<String, Finding.Severity> lowered) {
        this.project = project;
        this.repository = repository;
        this.selection = selection;
        this.globals = globals;
        this.passwordHashes = passwordHashes;
        this.labels = labels;
        this.lowered = lowered;
    }

    /**
     * Backs up a project's whole database.
     *
     * @param project its name
     * @return the request
     */
    public static BackupRequest of(String project) {
        return new BackupRequest(
                Objects.requireNonNull(project, "project"),
                null,
                Selection.EVERYTHING,
                false,
                false,
                Map.of(),
                Map.of());
    }

    /**
     * Chooses where the backup goes.
     *
     * @param repositoryName a repository that this CodeB knows; without this word it is the first of them
     * @return a changed copy
     */
    public BackupRequest to(String repositoryName) {
        Objects.requireNonNull(repositoryName, "repositoryName");
        return new BackupRequest(project, repositoryName, selection, globals, passwordHashes, labels, lowered);
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
        return new BackupRequest(project, repository, selection, true, passwordHashes, labels, lowered);
    }

    /**
     * Adds an entry with the server's roles, memberships and tablespaces, password hashes included. Needs a superuser.
     *
     * @return a changed copy
     */
    public BackupRequest withGlobalsAndPasswordHashes() {
        return new BackupRequest(project, repository, selection, true, true, labels, lowered);
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
        return new BackupRequest(
                project, repository, selection, globals, passwordHashes, BoundedTexts.LABELS.copyOf(changed), lowered);
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
        return new BackupRequest(
                project, repository, selection, globals, passwordHashes, labels, Lowering.plus(lowered, finding, most));
    }

    private BackupRequest select(Selection changed) {
        return new BackupRequest(project, repository, changed, globals, passwordHashes, labels, lowered);
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
}
