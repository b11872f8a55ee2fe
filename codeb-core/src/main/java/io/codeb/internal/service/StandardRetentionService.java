package io.codeb.internal.service;

import io.codeb.BackupRepository;
import io.codeb.Project;
import io.codeb.PruneReport;
import io.codeb.PruneReport.Failure;
import io.codeb.RetentionRequest;
import io.codeb.RetentionService;
import io.codeb.SweepReport;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.event.Operation;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Deletions;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.retention.RetentionCandidate;
import io.codeb.retention.RetentionDecision;
import io.codeb.retention.RetentionPlan;
import io.codeb.retention.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies policies: plans by what is in the storage, and deletes by what is there while the lock is held. */
final class StandardRetentionService implements RetentionService {
    private static final Logger LOG = LoggerFactory.getLogger(StandardRetentionService.class);

    /** What the next backup will meet, too. */
    private static final Set<ErrorCode> FOR_ALL = Set.of(
            ErrorCode.LOCKED, ErrorCode.STORAGE_UNAVAILABLE, ErrorCode.STORAGE_DENIED, ErrorCode.STORAGE_MISSING);

    private final List<BackupRepository> configured;
    private final Projects projects;
    private final Repositories repositories;
    private final RunScopes scopes;

    StandardRetentionService(
            List<BackupRepository> configured, Projects projects, Repositories repositories, RunScopes scopes) {
        this.configured = configured;
        this.projects = projects;
        this.repositories = repositories;
        this.scopes = scopes;
    }

    private BackupStore store(RetentionRequest request) {
        return request.repository().map(repositories::get).orElseGet(repositories::first);
    }

    private RetentionPolicy policy(RetentionRequest request, BackupStore store) {
        return request.policy()
                .or(() -> projects.all().stream()
                        .filter(project -> project.name().equals(request.project()))
                        .findFirst()
                        .flatMap(Project::retention))
                .or(() -> configured.stream()
                        .filter(repository -> repository.name().equals(store.name()))
                        .findFirst()
                        .flatMap(BackupRepository::retention))
                .orElseThrow(() -> new ConfigException(
                        "nothing says which backups of " + request.project() + " in repository " + store.name()
                                + " stay",
                        "give the project, the repository or the request a retention(…)"));
    }

    @Override
    public RetentionPlan plan(RetentionRequest request, Cancellation cancellation) {
        BackupStore store = store(request);
        RetentionPolicy policy = policy(request, store);
        return policy.plan(
                RetentionCandidates.of(store, request.project(), cancellation),
                scopes.clock().instant());
    }

    @Override
    public PruneReport prune(RetentionRequest request, Cancellation cancellation) {
        String repository = request.repository().orElse(repositories.first().name());
        try (RunScope run = scopes.open(Operation.PRUNE, repository, request.project(), null, null)) {
            try {
                BackupStore store = store(request);
                RetentionPolicy policy = policy(request, store);
                cancellation.throwIfCancelled();
                Pruning pruning = new Pruning(store, request.project(), cancellation);
                RetentionPlan plan = pruning.run(policy, run);
                run.stage("sweep");
                SweepReport swept = sweep(store, request);
                PruneReport report = new PruneReport(
                        plan, pruning.removed, pruning.removedBytes, pruning.failures, swept, run.elapsed());
                if (report.ok()) {
                    run.finished(pruning.removedBytes, pruning.removedBytes, 0);
                } else {
                    run.failed(incomplete(report));
                }
                return report;
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    /** What a prune that has left backups is for whoever hears only of success and failure. */
    static StorageException incomplete(PruneReport report) {
        Failure first = report.failures().get(0);
        return new StorageException(
                first.code(),
                "backups that were to go are still there, " + report.failures().size() + ", the first of them "
                        + first.ref() + ": " + first.reason(),
                "look at the log for each of them");
    }

    /** What was deleted is worth knowing, whatever comes of what is removed behind it. */
    private SweepReport sweep(BackupStore store, RetentionRequest request) {
        try {
            return request.sweepAge()
                    .map(age -> store.sweep(request.project(), age, scopes.clock()))
                    .orElseGet(() -> new SweepReport(List.of(), List.of()));
        } catch (CodeBException e) {
            return new SweepReport(List.of(), List.of(request.project() + ": " + e.getMessage()));
        }
    }

    private final class Pruning {
        private final BackupStore store;
        private final String project;
        private final Cancellation cancellation;
        private final List<BackupRef> removed = new ArrayList<>();
        private final List<Failure> failures = new ArrayList<>();
        private long removedBytes;
        private @Nullable Failure forAll;

        Pruning(BackupStore store, String project, Cancellation cancellation) {
            this.store = store;
            this.project = project;
            this.cancellation = cancellation;
        }

        /** What is listed while the lock is held is all that there is: nobody makes or pins a backup meanwhile. */
        RetentionPlan run(RetentionPolicy policy, RunScope run) {
            run.stage("lock");
            try (Deletions deletions = store.deletions(project, scopes.clock())) {
                run.stage("plan");
                List<RetentionCandidate> candidates = RetentionCandidates.of(store, project, cancellation);
                deletions.knowing(candidates.stream()
                        .collect(Collectors.toMap(RetentionCandidate::id, RetentionCandidate::base)));
                RetentionPlan plan = policy.plan(candidates, run.now());
                run.stage("delete");
                plan.going().forEach(decision -> delete(deletions, decision));
                return plan;
            }
        }

        private void delete(Deletions deletions, RetentionDecision decision) {
            BackupRef ref = store.ref(project, decision.id());
            if (forAll == null && cancellation.isCancelled()) {
                forAll = new Failure(
                        ref,
                        ErrorCode.CANCELLED,
                        "cancelled: " + cancellation.reason().orElse(""));
            }
            if (forAll != null) {
                failures.add(new Failure(ref, forAll.code(), forAll.reason()));
                return;
            }
            try {
                deletions.delete(decision.id());
                gone(ref, decision);
            } catch (CodeBException e) {
                failed(ref, decision, e);
            }
        }

        private void gone(BackupRef ref, RetentionDecision decision) {
            LOG.info("backup {} was deleted: {}", ref, decision.why());
            removed.add(ref);
            long bytes = decision.backup().storedBytes();
            removedBytes = bytes > Long.MAX_VALUE - removedBytes ? Long.MAX_VALUE : removedBytes + bytes;
        }

        private void failed(BackupRef ref, RetentionDecision decision, CodeBException failure) {
            Failure told = new Failure(ref, failure.code(), String.valueOf(failure.getMessage()));
            if (FOR_ALL.contains(failure.code())) {
                forAll = told;
            }
            if (!store.mayExist(project, decision.id())) {
                LOG.warn("entries of {} are left, which a sweep removes: {}", ref, failure.getMessage());
                gone(ref, decision);
            } else {
                LOG.warn("backup {} could not be deleted: {}", ref, failure.getMessage());
                failures.add(told);
            }
        }
    }
}
