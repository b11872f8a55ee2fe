package io.codeb.internal.service;

import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.BackupService;
import io.codeb.Project;
import io.codeb.event.Operation;
import io.codeb.internal.repository.BackupWriter;
import io.codeb.internal.repository.ProjectLock;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpSpec;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** Makes backups: dump, codecs, storage, and the manifest last of all. */
public final class StandardBackupService implements BackupService {
    private final Workspace workspace;
    private final SecureRandom random = new SecureRandom();

    /**
     * Makes the service.
     *
     * @param workspace what all services share
     */
    public StandardBackupService(Workspace workspace) {
        this.workspace = workspace;
    }

    @Override
    public BackupResult run(BackupRequest request, Cancellation cancellation) {
        BackupId id = BackupId.create(workspace.clock().instant(), random);
        try (RunScope run =
                new RunScope(Operation.BACKUP, request.project(), id, workspace.events(), workspace.clock())) {
            try {
                Project project = workspace.project(request.project());
                cancellation.throwIfCancelled();
                run.stage("lock");
                try (ProjectLock lock = workspace.store().lock(project.name(), workspace.clock())) {
                    Written backup = write(request, project, id, run, lock, cancellation);
                    Manifest manifest = backup.manifest();
                    run.finished(manifest.rawSize(), manifest.storedSize(), manifest.totalRows());
                    return new BackupResult(manifest, backup.notices(), run.elapsed());
                }
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    private record Written(Manifest manifest, List<Notice> notices) {}

    private Written write(
            BackupRequest request,
            Project project,
            BackupId id,
            RunScope run,
            ProjectLock lock,
            Cancellation cancellation) {
        DatabaseEngine engine = workspace.engine(project.engine());
        DatabaseTarget target = workspace.target(project);
        BackupWriter backup = workspace
                .store()
                .begin(lock, id, (entry, bytes, stored, rows) -> run.progress(entry, bytes, stored, -1, rows));
        try {
            run.stage("dump");
            DumpFacts facts = engine.dump(
                    target,
                    new DumpSpec(request.selection(), request.globals(), request.passwordHashes()),
                    backup,
                    cancellation);
            Manifest manifest = new Manifest(
                    Manifest.FORMAT_VERSION,
                    List.of(),
                    id,
                    project.name(),
                    Optional.empty(),
                    Version.PROGRAM,
                    run.startedAt(),
                    workspace.clock().instant(),
                    facts.engine(),
                    facts.selection(),
                    facts.database(),
                    facts.tables(),
                    backup.entries(),
                    request.labels());
            run.stage("commit");
            cancellation.throwIfCancelled();
            backup.commit(manifest);
            return new Written(manifest, facts.notices());
        } catch (RuntimeException | Error e) {
            backup.discard(e);
            throw e;
        }
    }
}
