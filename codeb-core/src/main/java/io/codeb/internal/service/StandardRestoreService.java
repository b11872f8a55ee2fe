package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.RecoveryReport;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.RestoreService;
import io.codeb.RollbackPreview;
import io.codeb.RollbackRequest;
import io.codeb.RollbackResult;
import io.codeb.error.ConfigException;
import io.codeb.event.Operation;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.model.ReplacedDatabase;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.Replacements;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RollbackCheck;
import io.codeb.spi.engine.RollbackFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Restores backups and foreign dumps. */
final class StandardRestoreService implements RestoreService {
    private final Projects projects;
    private final Repositories repositories;
    private final RunScopes scopes;
    private final Leftovers leftovers;
    private final RestoreSources sources;
    private final RestorePreflight preflight;
    private final SafetyBackup safety;

    StandardRestoreService(
            Projects projects,
            Repositories repositories,
            RunScopes scopes,
            Leftovers leftovers,
            RestoreSources sources,
            RestorePreflight preflight,
            SafetyBackup safety) {
        this.projects = projects;
        this.repositories = repositories;
        this.scopes = scopes;
        this.leftovers = leftovers;
        this.sources = sources;
        this.preflight = preflight;
        this.safety = safety;
    }

    /** Whoever hears of runs hears of one that fails here, too. */
    private RestoreSources.Source source(RestoreRequest request) {
        try {
            return sources.find(request);
        } catch (RuntimeException | Error e) {
            String repository = request.ref().map(BackupRef::repository).orElse(null);
            String database = request.database().orElse(null);
            try (RunScope run = scope(repository, request.project().orElse(""), database, request)) {
                run.failed(e);
                throw e;
            }
        }
    }

    private RunScope scope(
            @Nullable String repository, String project, @Nullable String database, RestoreRequest request) {
        return scopes.open(
                Operation.RESTORE,
                repository,
                project,
                database,
                request.backup().orElse(null));
    }

    @Override
    public RestoreResult run(RestoreRequest request, Cancellation cancellation) {
        RestoreSources.Source source = source(request);
        Project project = source.project();
        String database = source.database(request);
        try (RunScope run = scope(source.repository(), project.name(), database, request)) {
            try {
                cancellation.throwIfCancelled();
                RestoreSources.requireSameEngine(source);
                Optional<BackupRef> backedUp = backedUp(request, source, run, cancellation);
                DatabaseTarget target = projects.target(project, run.id()).withDatabase(database);
                CountedInput input = sources.input(source, request, run::progress);
                RestorePreflight.Gate gate = preflight.before(request, source, target, run, cancellation);
                input.whenChecked(gate);
                projects.bandwidth(project).ifPresent(bandwidth -> input.limit(bandwidth, cancellation));
                RestoreFacts facts;
                List<String> containers = request.commandsAfterLoad().stream()
                        .flatMap(command -> command.container().stream())
                        .distinct()
                        .toList();
                try (Leftovers.Recorded trace = leftovers.begin(
                        source.store(repositories),
                        project,
                        run.id(),
                        new Leftovers.Restored(database, containers),
                        () -> false,
                        cancellation)) {
                    input.whenDeciding(trace::deciding);
                    input.whenAtStage(run::stage);
                    run.stage("load");
                    run.expect(input.size());
                    facts = projects.engine(project)
                            .restore(target, RestoreSources.spec(source, request), input, cancellation);
                    if (facts.clean()) {
                        trace.clean();
                    }
                }
                List<Notice> notices = new ArrayList<>(gate.notices());
                notices.addAll(facts.notices());
                RestoreResult result = new RestoreResult(
                        source.backup().map(RestoreSources.Stored::ref),
                        project.name(),
                        database,
                        facts.server(),
                        facts.tables(),
                        notices,
                        facts.checksums(),
                        facts.replaced(),
                        backedUp,
                        run.elapsed());
                run.finished(input.bytes(), -1, result.totalRows());
                return result;
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    /** Nothing that the restore would refuse is worth a backup: so it is looked before, and again after it. */
    private Optional<BackupRef> backedUp(
            RestoreRequest request, RestoreSources.Source source, RunScope run, Cancellation cancellation) {
        if (request.safetyBackup().isEmpty()) {
            return Optional.empty();
        }
        SafetyBackup.requireThatItCanBeMade(request, source.project(), source.database(request));
        preflight.report(request, cancellation).requireOk();
        run.stage("safety backup");
        return safety.of(request, source.project(), run.id(), run.now(), cancellation);
    }

    @Override
    public RollbackResult rollback(RollbackRequest request, Cancellation cancellation) {
        Project project = projects.get(request.project());
        String database = request.database().orElse(project.database());
        try (RunScope run = scopes.open(Operation.ROLLBACK, null, project.name(), database, null)) {
            try {
                Replacements replacements = replacements(project);
                RollbackFacts facts;
                try (Leftovers.Trace trace = leftovers.beginAside(project, run.id())) {
                    facts = replacements.rollBack(
                            projects.target(project, run.id()).withDatabase(database),
                            request.keptAs().orElse(null),
                            request.keep(),
                            cancellation);
                    if (facts.clean()) {
                        trace.clean();
                    }
                }
                run.finished(0, -1, 0);
                return new RollbackResult(
                        project.name(), database, facts.restored(), facts.replaced(), facts.notices(), run.elapsed());
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    @Override
    public RollbackPreview preview(RollbackRequest request, Cancellation cancellation) {
        long begin = System.nanoTime();
        Project project = projects.get(request.project());
        String database = request.database().orElse(project.database());
        RollbackCheck check = replacements(project)
                .compare(
                        projects.target(project).withDatabase(database),
                        request.keptAs().orElse(null),
                        cancellation);
        return new RollbackPreview(
                project.name(),
                database,
                check.restored(),
                check.differences(),
                Duration.ofNanos(System.nanoTime() - begin));
    }

    @Override
    public List<ReplacedDatabase> replaced(String project, Cancellation cancellation) {
        Project known = projects.get(project);
        return replacements(known).list(projects.target(known).server(), cancellation);
    }

    @Override
    public RecoveryReport recover(Cancellation cancellation) {
        return leftovers.recover(cancellation);
    }

    private Replacements replacements(Project project) {
        return projects.engine(project)
                .replacements()
                .orElseThrow(() -> new ConfigException(
                        "project " + project.name() + " is of the engine "
                                + project.engine().id() + ", which keeps no database that was replaced",
                        "restore a backup instead"));
    }
}
