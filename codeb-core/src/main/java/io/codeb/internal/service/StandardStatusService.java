package io.codeb.internal.service;

import io.codeb.Backup;
import io.codeb.BackupListing;
import io.codeb.BackupQuery;
import io.codeb.CatalogService;
import io.codeb.Project;
import io.codeb.ScheduledJob;
import io.codeb.StatusService;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.ProjectLock;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Manifest;
import io.codeb.status.FailedRun;
import io.codeb.status.KnownBackup;
import io.codeb.status.ProjectStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at what lies in the storage: manifests, who holds the lock, and the note of the last failure. */
final class StandardStatusService implements StatusService {
    private static final Logger LOG = LoggerFactory.getLogger(StandardStatusService.class);

    private final Projects projects;
    private final List<ScheduledJob> jobs;
    private final Repositories repositories;
    private final CatalogService catalog;
    private final Clock clock;

    StandardStatusService(
            Projects projects,
            List<ScheduledJob> jobs,
            Repositories repositories,
            CatalogService catalog,
            Clock clock) {
        this.projects = projects;
        this.jobs = jobs;
        this.repositories = repositories;
        this.catalog = catalog;
        this.clock = clock;
    }

    @Override
    public List<ProjectStatus> all(Cancellation cancellation) {
        BackupStore store = repositories.first();
        Set<String> names = new LinkedHashSet<>();
        projects.all().forEach(project -> names.add(project.name()));
        try {
            names.addAll(store.projects());
        } catch (CodeBException e) {
            LOG.warn("projects of {} cannot be listed: {}", store.name(), e.getMessage());
        }
        return names.stream()
                .map(project -> of(project, store.name(), cancellation))
                .toList();
    }

    @Override
    public ProjectStatus of(String project, String repository, Cancellation cancellation) {
        BackupRef.checkName("project", project);
        BackupStore store = repositories.get(repository);
        cancellation.throwIfCancelled();
        Optional<Instant> next = nextRun(store, project);
        try {
            return look(store, project).withNextRun(next);
        } catch (CancelledException e) {
            throw e;
        } catch (CodeBException e) {
            return ProjectStatus.unknown(project, repository, String.valueOf(e.getMessage()))
                    .withNextRun(next);
        }
    }

    private Optional<Instant> nextRun(BackupStore store, String project) {
        return jobs.stream()
                .filter(job ->
                        job.kind() == ScheduledJob.Kind.BACKUP && job.project().equals(project))
                .filter(job ->
                        job.repository().orElse(repositories.first().name()).equals(store.name()))
                .map(job -> job.next(clock.instant()))
                .findFirst();
    }

    private ProjectStatus look(BackupStore store, String project) {
        // The lock first: what is committed behind that is in the listing.
        Optional<ProjectLock.Maker> maker = store.maker(project, clock);
        BackupListing listing = catalog.in(store.name()).list(BackupQuery.of(project));
        List<KnownBackup> backups = new ArrayList<>();
        listing.backups().forEach(backup -> backups.add(known(backup)));
        Optional<Instant> running = maker.filter(ProjectLock.Maker::alive)
                .filter(one -> listing.backups().stream()
                        .noneMatch(backup -> backup.id().equals(one.backup())))
                .map(ProjectLock.Maker::since);
        Optional<FailedRun> failure = maker.filter(one -> !one.alive() && !store.mayExist(project, one.backup()))
                .map(StandardStatusService::died)
                .or(() -> store.failures().find(project));
        return ProjectStatus.of(
                project,
                store.name(),
                new ProjectStatus.Known(backups, listing.unreadable().size(), failure, running, maxAge(project)),
                clock.instant());
    }

    private Duration maxAge(String project) {
        return projects.all().stream()
                .filter(known -> known.name().equals(project))
                .findFirst()
                .map(Project::maxBackupAge)
                .orElse(Duration.ZERO);
    }

    /** Nobody was left to note it. */
    private static FailedRun died(ProjectLock.Maker maker) {
        return new FailedRun(
                maker.since(),
                maker.until(),
                "",
                ErrorCode.EXEC_LOST,
                "the run of backup " + maker.backup() + " has ended without a word: its process or machine has died",
                1);
    }

    private static KnownBackup known(Backup backup) {
        Manifest manifest = backup.manifest();
        Duration took = Duration.between(manifest.startedAt(), manifest.finishedAt());
        return new KnownBackup(
                backup.id(),
                manifest.startedAt(),
                took.isNegative() ? Duration.ZERO : took,
                Math.max(0, manifest.rawSize()),
                Math.max(0, manifest.storedSize()),
                Math.max(0, manifest.totalRows()),
                backup.provenAt());
    }
}
