package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.RestoreService;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Operation;
import io.codeb.model.Cancellation;
import io.codeb.model.Manifest;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreSpec;
import java.util.Optional;

/** Restores backups and foreign dumps. */
public final class StandardRestoreService implements RestoreService {
    private final Workspace workspace;

    /**
     * Makes the service.
     *
     * @param workspace what all services share
     */
    public StandardRestoreService(Workspace workspace) {
        this.workspace = workspace;
    }

    /** What is restored, and for whom. */
    private record Source(Optional<Manifest> manifest, Project project) {}

    /** Whoever hears of runs hears of one that fails here, too. */
    private Source source(RestoreRequest request) {
        try {
            Optional<Manifest> manifest = request.backup().map(workspace.store()::read);
            Project project = workspace.project(request.project()
                    .or(() -> manifest.map(Manifest::project))
                    .orElseThrow(() -> new ConfigException(
                            "a dump that CodeB did not write does not say where it belongs",
                            "name the project with onProject(…)")));
            return new Source(manifest, project);
        } catch (RuntimeException | Error e) {
            try (RunScope run = scope(request.project().orElse(""), request)) {
                run.failed(e);
                throw e;
            }
        }
    }

    private RunScope scope(String project, RestoreRequest request) {
        return new RunScope(
                Operation.RESTORE, project, request.backup().orElse(null), workspace.events(), workspace.clock());
    }

    @Override
    public RestoreResult run(RestoreRequest request, Cancellation cancellation) {
        Source source = source(request);
        Optional<Manifest> manifest = source.manifest();
        Project project = source.project();
        try (RunScope run = scope(project.name(), request)) {
            try {
                cancellation.throwIfCancelled();
                String engine = manifest.map(found -> found.engine().id()).orElse(project.engine());
                if (!engine.equals(project.engine())) {
                    throw new EngineException(
                            ErrorCode.VERSION_MISMATCH,
                            "the backup is of " + engine + ", and project " + project.name() + " is of "
                                    + project.engine(),
                            "restore it on a server of its own kind");
                }
                DatabaseTarget target = workspace.target(project);
                String database = request.database().orElse(target.database());
                CountedInput input = manifest.isPresent()
                        ? CountedInput.of(workspace.store(), manifest.get(), run)
                        : CountedInput.of(request.foreign().orElseThrow(), workspace.codecs(), run);
                run.stage("load");
                RestoreFacts facts = workspace
                        .engine(engine)
                        .restore(
                                target.withDatabase(database),
                                new RestoreSpec(
                                        request.mode(),
                                        manifest.map(DumpFacts::of).orElse(null),
                                        request.options()),
                                input,
                                cancellation);
                RestoreResult result = new RestoreResult(
                        project.name(), database, facts.server(), facts.tables(), facts.notices(), run.elapsed());
                run.finished(input.bytes(), -1, result.totalRows());
                return result;
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }
}
