package io.codeb.internal.service;

import io.codeb.Backup;
import io.codeb.BackupRepository;
import io.codeb.BackupService;
import io.codeb.CatalogService;
import io.codeb.DrillService;
import io.codeb.Project;
import io.codeb.PruneReport;
import io.codeb.RetentionRequest;
import io.codeb.RetentionService;
import io.codeb.ScheduledJob;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.event.Operation;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Repositories;
import io.codeb.internal.schedule.Work;
import io.codeb.model.Cancellation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What scheduled jobs do: as if the application had called the services.
 *
 * @param repositories where backups rest
 * @param scopes tells listeners
 * @param backups makes backups
 * @param drills proves them
 * @param catalog knows them
 * @param retention prunes them
 */
record ScheduledWork(
        Repositories repositories,
        RunScopes scopes,
        BackupService backups,
        DrillService drills,
        CatalogService catalog,
        RetentionService retention)
        implements Work {
    /** What can be known to be wrong before the night in which it would fail. */
    static void check(
            List<ScheduledJob> jobs, Projects projects, List<BackupRepository> configured, Repositories repositories) {
        Set<String> names = new HashSet<>();
        for (ScheduledJob job : jobs) {
            if (!names.add(job.name())) {
                throw new ConfigException(
                        "two jobs are named " + job.name(), "a project has one job of each kind; say it once");
            }
            String repository = job.repository()
                    .map(repositories::get)
                    .orElseGet(repositories::first)
                    .name();
            if (job.kind() == ScheduledJob.Kind.PRUNE) {
                requirePolicy(job, projects, configured, repository);
            } else {
                projects.get(job.project());
            }
        }
    }

    private static void requirePolicy(
            ScheduledJob job, Projects projects, List<BackupRepository> configured, String repository) {
        boolean said = job.retentionRequest().flatMap(RetentionRequest::policy).isPresent()
                || projects.all().stream()
                        .filter(project -> project.name().equals(job.project()))
                        .map(Project::retention)
                        .anyMatch(policy -> policy.isPresent())
                || configured.stream()
                        .filter(known -> known.name().equals(repository))
                        .anyMatch(known -> known.retention().isPresent());
        if (!said) {
            throw new ConfigException(
                    "job " + job.name() + " prunes in repository " + repository
                            + ", and nothing says which backups of it stay",
                    "give the project, the repository or the request a retention(…)");
        }
    }

    @Override
    public BackupStore store(ScheduledJob job) {
        return job.repository().map(repositories::get).orElseGet(repositories::first);
    }

    @Override
    public void run(ScheduledJob job, Cancellation cancellation) {
        switch (job.kind()) {
            case BACKUP -> backups.run(job.backupRequest().orElseThrow(), cancellation);
            case DRILL -> drill(job, cancellation);
            case PRUNE -> prune(job, cancellation);
        }
    }

    private void drill(ScheduledJob job, Cancellation cancellation) {
        Backup newest;
        try {
            newest = catalog.in(store(job).name())
                    .latest(job.project())
                    .orElseThrow(() -> new StorageException(
                            ErrorCode.BACKUP_NOT_FOUND,
                            "there is no backup of " + job.project() + " to prove",
                            "make one; a drill proves the newest one that can be read"));
        } catch (CodeBException e) {
            failed(job, e);
            throw e;
        }
        drills.run(job.drillRequest(newest.ref()), cancellation);
    }

    private void prune(ScheduledJob job, Cancellation cancellation) {
        PruneReport report = retention.prune(job.retentionRequest().orElseThrow(), cancellation);
        if (report.ok()) {
            return;
        }
        cancellation.throwIfCancelled();
        throw StandardRetentionService.incomplete(report);
    }

    @Override
    public void failed(ScheduledJob job, CodeBException failure) {
        Operation operation = Operation.valueOf(job.kind().name());
        try (RunScope run = scopes.open(operation, store(job).name(), job.project(), null, null)) {
            run.stage("schedule");
            run.failed(failure);
        }
    }
}
