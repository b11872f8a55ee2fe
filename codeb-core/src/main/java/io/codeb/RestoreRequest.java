package io.codeb;

import io.codeb.model.BackupId;
import io.codeb.model.RestoreMode;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to restore, and where to. Immutable; each word answers a changed copy.
 *
 * <p>Without further words a backup goes into a new database on the server of its own project, and that database must be
 * named with {@link #into(String)}: nothing that exists is touched unless the caller says so.
 */
public final class RestoreRequest {
    private final @Nullable BackupId backup;
    private final @Nullable Path file;
    private final @Nullable String project;
    private final @Nullable String database;
    private final RestoreMode mode;

    private RestoreRequest(
            @Nullable BackupId backup,
            @Nullable Path file,
            @Nullable String project,
            @Nullable String database,
            RestoreMode mode) {
        this.backup = backup;
        this.file = file;
        this.project = project;
        this.database = database;
        this.mode = mode;
    }

    /**
     * Restores a backup.
     *
     * @param id which
     * @return the request
     */
    public static RestoreRequest of(BackupId id) {
        return new RestoreRequest(id, null, null, null, RestoreMode.NEW);
    }

    /**
     * Restores a dump that CodeB did not write: plain SQL or a custom archive of pg_dump, either of them compressed with
     * gzip or zstd or not at all. What it is, its content says, not its name.
     *
     * @param dump the file; {@code /dev/stdin} and other streams will do
     * @return the request, which also needs {@link #onProject(String)}
     */
    public static RestoreRequest ofFile(Path dump) {
        return new RestoreRequest(null, dump, null, null, RestoreMode.NEW);
    }

    /**
     * Names the database to restore into.
     *
     * @param databaseName exactly as the server shall have it
     * @return a changed copy
     */
    public RestoreRequest into(String databaseName) {
        return new RestoreRequest(backup, file, project, databaseName, mode);
    }

    /**
     * Restores on the server of another project, for example of staging.
     *
     * @param projectName a project that this CodeB knows; its user restores
     * @return a changed copy
     */
    public RestoreRequest onProject(String projectName) {
        return new RestoreRequest(backup, file, projectName, database, mode);
    }

    /**
     * Restores into a database that exists and is empty, in one transaction. For a backup of rows only: into one that
     * has the definitions and no rows.
     *
     * @return a changed copy
     */
    public RestoreRequest intoExisting() {
        return new RestoreRequest(backup, file, project, database, RestoreMode.EXISTING);
    }

    /**
     * Replaces the database if it exists: the backup is loaded and proven beside it, then the old one is dropped.
     *
     * @return a changed copy
     */
    public RestoreRequest replacing() {
        return new RestoreRequest(backup, file, project, database, RestoreMode.CLEAN);
    }

    /**
     * Which backup.
     *
     * @return empty when a file is restored
     */
    public Optional<BackupId> backup() {
        return Optional.ofNullable(backup);
    }

    /**
     * Which file.
     *
     * @return empty when a backup is restored
     */
    public Optional<Path> file() {
        return Optional.ofNullable(file);
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
}
