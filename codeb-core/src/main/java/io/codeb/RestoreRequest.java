package io.codeb;

import io.codeb.model.BackupId;
import io.codeb.model.RestoreMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to restore, and where to. Immutable; each word answers a changed copy.
 *
 * <p>Without further words a backup goes to the server of its own project, into the database that the project names, which
 * must not exist: nothing that exists is touched unless the caller says so.
 */
public final class RestoreRequest {
    private final @Nullable BackupId backup;
    private final @Nullable ForeignDump foreign;
    private final @Nullable String project;
    private final @Nullable String database;
    private final RestoreMode mode;

    private RestoreRequest(
            @Nullable BackupId backup,
            @Nullable ForeignDump foreign,
            @Nullable String project,
            @Nullable String database,
            RestoreMode mode) {
        this.backup = backup;
        this.foreign = foreign;
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
     * Restores a dump that CodeB did not write: plain SQL, or a custom or tar archive of pg_dump, any of them compressed with
     * gzip or zstd or not at all. What it is, its content says, not its name.
     *
     * @param dump a regular file; for a pipe and the like there is {@link #ofStream(String, StreamOpener)}
     * @return the request, which also needs {@link #onProject(String)}
     */
    public static RestoreRequest ofFile(Path dump) {
        return ofStream(dump.toString(), () -> DumpFile.open(dump));
    }

    /**
     * Restores a dump that CodeB did not write, as {@link #ofFile(Path)}, from any stream.
     *
     * @param name names the stream in messages
     * @param opener opens it when the restore reads it; called once, and what it opens is closed
     * @return the request, which also needs {@link #onProject(String)}
     */
    public static RestoreRequest ofStream(String name, StreamOpener opener) {
        return new RestoreRequest(null, new ForeignDump(name, opener), null, null, RestoreMode.NEW);
    }

    /**
     * Names the database to restore into.
     *
     * @param databaseName exactly as the server shall have it
     * @return a changed copy
     */
    public RestoreRequest into(String databaseName) {
        return new RestoreRequest(backup, foreign, project, databaseName, mode);
    }

    /**
     * Restores on the server of another project, for example of staging.
     *
     * @param projectName a project that this CodeB knows; its user restores
     * @return a changed copy
     */
    public RestoreRequest onProject(String projectName) {
        return new RestoreRequest(backup, foreign, projectName, database, mode);
    }

    /**
     * Restores into a database that exists and is empty, in one transaction. For a backup of rows only: into one that
     * has the definitions and no rows.
     *
     * @return a changed copy
     */
    public RestoreRequest intoExisting() {
        return new RestoreRequest(backup, foreign, project, database, RestoreMode.EXISTING);
    }

    /**
     * Replaces the database if it exists: the backup is loaded and proven beside it, then the old one is dropped.
     *
     * @return a changed copy
     */
    public RestoreRequest replacing() {
        return new RestoreRequest(backup, foreign, project, database, RestoreMode.CLEAN);
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
     */
    public record ForeignDump(String name, StreamOpener opener) {
        /** Checks that both are there. */
        public ForeignDump {
            Objects.requireNonNull(name);
            Objects.requireNonNull(opener);
        }
    }
}
