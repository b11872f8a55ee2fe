package io.codeb.internal.service;

import io.codeb.BackupService;
import io.codeb.BackupServiceProvider;
import io.codeb.CatalogService;
import io.codeb.DatabaseService;
import io.codeb.Project;
import io.codeb.Repository;
import io.codeb.RestoreService;
import io.codeb.RestoreServiceProvider;
import io.codeb.event.EventListener;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;

/** The services of one {@link io.codeb.CodeB}, wrapped by what the application's class path adds. */
public final class Services implements AutoCloseable {
    private final Workspace workspace;
    private final BackupService backups;
    private final RestoreService restores;
    private final CatalogService catalog;
    private final DatabaseService databases;

    private Services(Workspace workspace) {
        this.workspace = workspace;
        this.backups = Extensions.loadAll(BackupServiceProvider.class).stream()
                .sorted(Comparator.comparingInt(BackupServiceProvider::order))
                .reduce(
                        (BackupService) new StandardBackupService(workspace),
                        (inner, provider) -> provider.provide(inner),
                        (first, second) -> second);
        this.restores = Extensions.loadAll(RestoreServiceProvider.class).stream()
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
     * @param repository where backups rest
     * @param projects the applications
     * @param listeners who hears events
     * @param clock tells the time
     * @return the services, to be closed
     */
    public static Services start(
            Repository repository, List<Project> projects, List<EventListener> listeners, Clock clock) {
        Workspace workspace = new Workspace(repository, projects, listeners, clock);
        try {
            return new Services(workspace);
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
