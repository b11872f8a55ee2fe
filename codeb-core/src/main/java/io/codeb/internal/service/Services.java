package io.codeb.internal.service;

import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.BackupService;
import io.codeb.BackupServiceProvider;
import io.codeb.CatalogService;
import io.codeb.DatabaseService;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.RestoreService;
import io.codeb.RestoreServiceProvider;
import io.codeb.Run;
import java.time.Duration;
import java.util.Comparator;

/** The services of one {@link io.codeb.CodeB}, wrapped by what the application's class path adds. */
public final class Services implements AutoCloseable {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

    private final Runs runs = new Runs(CLOSE_PATIENCE);
    private final Workspace workspace;
    private final BackupService backups;
    private final RestoreService restores;
    private final BackupService guardedBackups;
    private final RestoreService guardedRestores;
    private final CatalogService catalog;
    private final DatabaseService databases;

    private Services(Workspace workspace, Assembly assembly) {
        this.workspace = workspace;
        this.backups = ExtensionPoint.all(BackupServiceProvider.class, assembly).stream()
                .sorted(Comparator.comparingInt(BackupServiceProvider::order))
                .reduce(
                        (BackupService) new StandardBackupService(workspace),
                        (inner, provider) -> provider.provide(inner),
                        (first, second) -> second);
        this.restores = ExtensionPoint.all(RestoreServiceProvider.class, assembly).stream()
                .sorted(Comparator.comparingInt(RestoreServiceProvider::order))
                .reduce(
                        (RestoreService) new StandardRestoreService(workspace),
                        (inner, provider) -> provider.provide(inner),
                        (first, second) -> second);
        this.guardedBackups = new Guarded.Backups(backups, runs);
        this.guardedRestores = new Guarded.Restores(restores, runs);
        this.catalog = new Guarded.Catalog(new StandardCatalogService(workspace), runs);
        this.databases = new Guarded.Databases(new StandardDatabaseService(workspace), runs);
    }

    /**
     * Brings the services together.
     *
     * @param assembly what they are put together from
     * @return the services, to be closed
     */
    public static Services start(Assembly assembly) {
        Workspace workspace = new Workspace(assembly);
        try {
            return new Services(workspace, assembly);
        } catch (RuntimeException e) {
            workspace.close();
            throw e;
        }
    }

    /**
     * Makes backups.
     *
     * @return the service
     */
    public BackupService backups() {
        return guardedBackups;
    }

    /**
     * Makes a backup on a thread of the library's own.
     *
     * @param request what
     * @return goes on
     */
    public Run<BackupResult> start(BackupRequest request) {
        return runs.start(cancellation -> backups.run(request, cancellation));
    }

    /**
     * Restores backups.
     *
     * @return the service
     */
    public RestoreService restores() {
        return guardedRestores;
    }

    /**
     * Restores on a thread of the library's own.
     *
     * @param request what, and where to
     * @return goes on
     */
    public Run<RestoreResult> start(RestoreRequest request) {
        return runs.start(cancellation -> restores.run(request, cancellation));
    }

    /**
     * Knows the backups.
     *
     * @return the service
     */
    public CatalogService catalog() {
        return catalog;
    }

    /**
     * Looks into databases.
     *
     * @return the service
     */
    public DatabaseService databases() {
        return databases;
    }

    @Override
    public void close() {
        runs.close();
        workspace.close();
    }
}
