package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.RecoveryReport;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.RestoreService;
import io.codeb.RollbackRequest;
import io.codeb.RollbackResult;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.event.Operation;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Codecs;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Manifest;
import io.codeb.model.ReplacedDatabase;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.Replacements;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.RollbackFacts;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restores backups and foreign dumps. */
final class StandardRestoreService implements RestoreService {
    private static final Logger LOG = LoggerFactory.getLogger(StandardRestoreService.class);

    private final Projects projects;
    private final Repositories repositories;
    private final Codecs codecs;
    private final RunScopes scopes;
    private final Leftovers leftovers;

    StandardRestoreService(
            Projects projects, Repositories repositories, Codecs codecs, RunScopes scopes, Leftovers leftovers) {
        this.projects = projects;
        this.repositories = repositories;
        this.codecs = codecs;
        this.scopes = scopes;
        this.leftovers = leftovers;
    }

    /** A backup, and where it lies. */
    private record Stored(BackupStore store, Manifest manifest) {
        BackupRef ref() {
            return store.ref(manifest.project(), manifest.id());
        }
    }

    /** What is restored, and for whom. */
    private record Source(Optional<Stored> backup, Project project) {
        Optional<Manifest> manifest() {
            return backup.map(Stored::manifest);
        }

        /** Where the run keeps its record: beside what it restores, if that is in a repository. */
        BackupStore store(Repositories repositories) {
            return backup.map(Stored::store).orElseGet(repositories::first);
        }

        @Nullable
        String repository() {
            return backup.map(stored -> stored.store().name()).orElse(null);
        }
    }

    private Optional<Stored> stored(RestoreRequest request) {
        return request.ref()
                .or(() -> request.backup().map(repositories::resolve))
                .map(ref -> {
                    BackupStore store = repositories.get(ref.repository());
                    Manifest manifest =
                            store.read(ref.project(), ref.id(), problem -> requireNamed(problem, ref, request));
                    return new Stored(store, manifest);
                });
    }

    private static void requireNamed(IntegrityException problem, BackupRef backup, RestoreRequest request) {
        if (request.despite().stream().noneMatch(named -> named.code() == problem.code())) {
            throw problem;
        }
        LOG.warn("backup {} is restored despite its signature: {}", backup, problem.getMessage());
    }

    /** Whoever hears of runs hears of one that fails here, too. */
    private Source source(RestoreRequest request) {
        try {
            Optional<Stored> backup = stored(request);
            Project project = projects.get(request.project()
                    .or(() -> backup.map(stored -> stored.manifest().project()))
                    .orElseThrow(() -> new ConfigException(
                            "a dump that CodeB did not write does not say where it belongs",
                            "name the project with onProject(…)")));
            return new Source(backup, project);
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
        Source source = source(request);
        Optional<Manifest> manifest = source.manifest();
        Project project = source.project();
        String database = request.database().orElse(project.database());
        try (RunScope run = scope(source.repository(), project.name(), database, request)) {
            try {
                cancellation.throwIfCancelled();
                String engine = manifest.map(found -> found.engine().id())
                        .orElse(project.engine().id());
                if (!engine.equals(project.engine().id())) {
                    throw new EngineException(
                            ErrorCode.VERSION_MISMATCH,
                            "the backup is of " + engine + ", and project " + project.name() + " is of "
                                    + project.engine().id(),
                            "restore it on a server of its own kind");
                }
                DatabaseTarget target = projects.target(project, run.id());
                CountedInput input = source.backup()
                        .map(stored -> CountedInput.of(stored.store(), stored.manifest(), run))
                        .orElseGet(() -> CountedInput.of(request.foreign().orElseThrow(), codecs, run));
                RestoreSpec spec = RestoreSpec.of(
                                request.mode(), manifest.map(DumpFacts::of).orElse(null))
                        .withOptions(request.options())
                        .withKeep(request.keep())
                        .withAfterLoad(request.afterLoad());
                if (!request.checksums()) {
                    spec = spec.withoutChecksums();
                }
                RestoreFacts facts;
                try (Leftovers.Trace trace = leftovers.begin(
                        source.store(repositories), project, run.id(), database, () -> false, cancellation)) {
                    input.whenDeciding(trace::deciding);
                    run.stage("load");
                    facts = projects.engine(project).restore(target.withDatabase(database), spec, input, cancellation);
                    if (facts.clean()) {
                        trace.clean();
                    }
                }
                RestoreResult result = new RestoreResult(
                        source.backup().map(Stored::ref),
                        project.name(),
                        database,
                        facts.server(),
                        facts.tables(),
                        facts.notices(),
                        facts.checksums(),
                        facts.replaced(),
                        run.elapsed());
                run.finished(input.bytes(), -1, result.totalRows());
                return result;
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    @Override
    public RollbackResult rollback(RollbackRequest request, Cancellation cancellation) {
        Project project = projects.get(request.project());
        String database = request.database().orElse(project.database());
        try (RunScope run = scopes.open(Operation.ROLLBACK, null, project.name(), database, null)) {
            try {
                RollbackFacts facts = replacements(project)
                        .rollBack(
                                projects.target(project, run.id()).withDatabase(database),
                                request.keptAs().orElse(null),
                                request.keep(),
                                cancellation);
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
