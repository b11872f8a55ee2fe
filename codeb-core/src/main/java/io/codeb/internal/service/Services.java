package io.codeb.internal.service;

import io.codeb.BackupService;
import io.codeb.BackupServiceProvider;
import io.codeb.CatalogService;
import io.codeb.DatabaseService;
import io.codeb.RestoreService;
import io.codeb.RestoreServiceProvider;
import java.util.Comparator;

/** The services of one {@link io.codeb.CodeB}, wrapped by what the application's class path adds. */
public final class Services implements AutoCloseable {
    private final Workspace workspace;
    private final BackupService backups;
    private final RestoreService restores;
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
        this.catalog = new StandardCatalogService(workspace);
        this.databases = new StandardDatabaseService(workspace);
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
        return backups;
    }

    /**
     * Restores backups.
     *
     * @return the service
     */
    public RestoreService restores() {
        return restores;
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
        workspace.close();
    }
}
