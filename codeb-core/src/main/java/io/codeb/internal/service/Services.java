package io.codeb.internal.service;

import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.BackupService;
import io.codeb.BackupServiceProvider;
import io.codeb.CatalogService;
import io.codeb.CheckReport;
import io.codeb.DatabaseService;
import io.codeb.DrillRequest;
import io.codeb.DrillResult;
import io.codeb.DrillService;
import io.codeb.Journal;
import io.codeb.PreflightReport;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.RestoreService;
import io.codeb.RestoreServiceProvider;
import io.codeb.RetentionService;
import io.codeb.Run;
import io.codeb.ScheduleService;
import io.codeb.StatusService;
import io.codeb.alert.AlertService;
import io.codeb.event.RunListener;
import io.codeb.internal.alert.StandardAlertService;
import io.codeb.internal.event.EventDispatcher;
import io.codeb.internal.repository.Codecs;
import io.codeb.internal.repository.Repositories;
import io.codeb.internal.schedule.Pace;
import io.codeb.internal.schedule.StandardScheduleService;
import io.codeb.model.Cancellation;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import io.codeb.spi.storage.StorageProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The services of one {@link io.codeb.CodeB}, wrapped by what the application's class path adds, and all that they
 * share. Thread-safe.
 */
public final class Services implements AutoCloseable {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);
    private static final Duration LISTENER_PATIENCE = Duration.ofSeconds(5);

    private final Runs runs = new Runs(CLOSE_PATIENCE);
    private final Projects projects;
    private final Repositories repositories;
    private final Clock clock;
    private final Connections connections;
    private final StandardAlertService alerts;
    private final AlertService guardedAlerts;
    private final EventDispatcher events;
    private final BackupService backups;
    private final RestoreService restores;
    private final BackupService guardedBackups;
    private final RestoreService guardedRestores;
    private final DrillService drills;
    private final DrillService guardedDrills;
    private final CatalogService catalog;
    private final DatabaseService databases;
    private final RetentionService retention;
    private final StatusService status;
    private final StandardScheduleService schedules;
    private final ScheduleService guardedSchedules;
    private final Check check;
    private final Preflight preflight;
    private final RestorePreflight restorePreflight;

    private Services(
            Assembly assembly, Projects projects, Repositories repositories, Connections connections, Codecs codecs) {
        this.projects = projects;
        this.repositories = repositories;
        this.clock = assembly.clock();
        this.connections = connections;
        ExtensionPoint<AlertChannelProvider> channels =
                ExtensionPoint.load("channel", AlertChannelProvider.class, assembly);
        this.alerts = new StandardAlertService(
                assembly.alerts(),
                config -> channels.get(config.id()).create(config),
                new AlertCircumstances(projects, repositories),
                assembly.clock());
        this.guardedAlerts = new Guarded.Alerting(alerts, runs);
        this.events = new EventDispatcher(listeners(assembly), LISTENER_PATIENCE);
        RunScopes scopes = new RunScopes(events, assembly.clock());
        Copies copies = new Copies(repositories, scopes);
        this.preflight = new Preflight(projects, repositories, assembly.clock());
        RestoreSources sources = new RestoreSources(projects, repositories, codecs);
        this.restorePreflight = new RestorePreflight(projects, sources, scopes);
        DrillContainers containers = new DrillContainers(projects, assembly.clock());
        Leftovers leftovers = new Leftovers(projects, repositories, containers, assembly.clock());
        this.backups = ExtensionPoint.all(BackupServiceProvider.class, assembly).stream()
                .sorted(Comparator.comparingInt(BackupServiceProvider::order))
                .reduce(
                        (BackupService)
                                new StandardBackupService(projects, repositories, scopes, leftovers, copies, preflight),
                        (inner, provider) -> provider.provide(inner),
                        (first, second) -> second);
        this.restores = ExtensionPoint.all(RestoreServiceProvider.class, assembly).stream()
                .sorted(Comparator.comparingInt(RestoreServiceProvider::order))
                .reduce(
                        (RestoreService) new StandardRestoreService(
                                projects,
                                repositories,
                                scopes,
                                leftovers,
                                sources,
                                restorePreflight,
                                new SafetyBackup(repositories, backups)),
                        (inner, provider) -> provider.provide(inner),
                        (first, second) -> second);
        this.guardedBackups = new Guarded.Backups(backups, runs);
        this.guardedRestores = new Guarded.Restores(restores, runs);
        this.drills = new StandardDrillService(projects, repositories, scopes, leftovers, containers);
        this.guardedDrills = new Guarded.Drills(drills, runs);
        CatalogService listing = new StandardCatalogService(
                repositories, codecs, scopes, copies, new ExportScripts(projects, leftovers));
        this.catalog = new Guarded.Catalog(listing, runs);
        this.status = new Guarded.Status(
                new StandardStatusService(projects, assembly.jobs(), repositories, listing, assembly.clock()), runs);
        StreamedDumps dumps = new StreamedDumps(projects, repositories, codecs, scopes, leftovers, preflight);
        this.databases = new Guarded.Databases(new StandardDatabaseService(projects, leftovers, dumps), runs);
        this.retention = new Guarded.Retention(
                new StandardRetentionService(assembly.repositories(), projects, repositories, scopes), runs);
        ScheduledWork.check(assembly.jobs(), projects, assembly.repositories(), repositories);
        this.schedules = new StandardScheduleService(
                assembly.jobs(),
                new ScheduledWork(repositories, scopes, guardedBackups, guardedDrills, catalog, retention),
                Pace.of(assembly.clock()),
                runs::start);
        this.guardedSchedules = new Guarded.Schedules(schedules, runs);
        this.check = new Check(projects, repositories);
    }

    /** Where nobody is to be told, nothing is looked up for that. */
    private List<RunListener> listeners(Assembly assembly) {
        List<RunListener> all = new ArrayList<>(assembly.listeners());
        if (!assembly.alerts().routes().isEmpty()) {
            all.add(alerts.listener());
        }
        return all;
    }

    /**
     * Brings the services together. Makes the storages, engines and runtimes, which connects to nothing yet.
     *
     * @param assembly what they are put together from
     * @return the services, to be closed
     */
    public static Services start(Assembly assembly) {
        Connections connections = new Connections(ExtensionPoint.load("runtime", RuntimeProvider.class, assembly));
        try {
            return start(assembly, connections);
        } catch (RuntimeException e) {
            connections.close();
            throw e;
        }
    }

    private static Services start(Assembly assembly, Connections connections) {
        Projects projects = new Projects(
                assembly.projects(),
                ExtensionPoint.load("engine", DatabaseEngineProvider.class, assembly),
                connections);
        Codecs codecs = new Codecs(ExtensionPoint.load("codec", CodecProvider.class, assembly)::get);
        ExtensionPoint<StorageProvider> storages = ExtensionPoint.load("storage", StorageProvider.class, assembly);
        Repositories repositories =
                Repositories.open(assembly.repositories(), codecs, config -> storages.get(config.id())
                        .create(config));
        try {
            return new Services(assembly, projects, repositories, connections, codecs);
        } catch (RuntimeException e) {
            repositories.close();
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
     * Proves backups.
     *
     * @return the service
     */
    public DrillService drills() {
        return guardedDrills;
    }

    /**
     * Makes a drill on a thread of the library's own.
     *
     * @param request which backup
     * @return goes on
     */
    public Run<DrillResult> start(DrillRequest request) {
        return runs.start(cancellation -> drills.run(request, cancellation));
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
     * Tells which backups stay.
     *
     * @return the service
     */
    public RetentionService retention() {
        return retention;
    }

    /**
     * Tells how backups are.
     *
     * @return the service
     */
    public StatusService status() {
        return status;
    }

    /**
     * Does what is due.
     *
     * @return the service
     */
    public ScheduleService schedules() {
        return guardedSchedules;
    }

    /**
     * Looks into databases.
     *
     * @return the service
     */
    public DatabaseService databases() {
        return databases;
    }

    /**
     * Tells what goes wrong.
     *
     * @return the service
     */
    public AlertService alerts() {
        return guardedAlerts;
    }

    /**
     * Finds a project.
     *
     * @param name its name
     * @return as it was configured
     */
    public Project project(String name) {
        runs.requireOpen();
        return projects.get(name);
    }

    /**
     * Finds a runtime, or makes it.
     *
     * @param config which, and where
     * @return shared with all that use the same
     */
    public ContainerRuntime runtime(RuntimeConfig config) {
        return connections.to(config);
    }

    /**
     * Opens a journal.
     *
     * @param project whose
     * @param name which
     * @return to be closed
     */
    public Journal openJournal(String project, String name) {
        Journal opened =
                runs.call(new Cancellation(), unused -> repositories.first().journal(project, name, clock));
        return new Guarded.Noting(opened, runs);
    }

    /**
     * Reads a journal.
     *
     * @param project whose
     * @param name which
     * @return what was noted last
     */
    public Map<String, String> readJournal(String project, String name) {
        return runs.call(new Cancellation(), unused -> repositories.first().readJournal(project, name));
    }

    /**
     * Tries all that is configured.
     *
     * @param cancellation ends it early
     * @return what was proven, and what was not
     */
    public CheckReport check(Cancellation cancellation) {
        return runs.call(cancellation, check::run);
    }

    /**
     * Makes the checks before a backup without the backup.
     *
     * @param request what would be backed up
     * @param cancellation ends it early
     * @return what was found
     */
    public PreflightReport check(BackupRequest request, Cancellation cancellation) {
        return runs.call(cancellation, linked -> preflight.report(request, linked));
    }

    /**
     * Makes the checks before a restore without the restore.
     *
     * @param request what would be restored
     * @param cancellation ends it early
     * @return what was found
     */
    public PreflightReport check(RestoreRequest request, Cancellation cancellation) {
        return runs.call(cancellation, linked -> restorePreflight.report(request, linked));
    }

    @Override
    public void close() {
        schedules.close();
        runs.close();
        connections.close();
        events.close();
        alerts.close();
        repositories.close();
    }
}
