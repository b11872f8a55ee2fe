package io.codeb.internal.service;

import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.BackupService;
import io.codeb.Project;
import io.codeb.event.Operation;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.EntryWriter;
import io.codeb.internal.repository.ProjectLock;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.io.ByteSink;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes backups: dump, codecs, storage, and the manifest last of all. */
public final class StandardBackupService implements BackupService {
    private static final Logger LOG = LoggerFactory.getLogger(StandardBackupService.class);

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
    public CompletableFuture<BackupResult> runAsync(BackupRequest request) {
        return workspace.async(cancellation -> run(request, cancellation));
    }

    @Override
    public BackupResult run(BackupRequest request, Cancellation cancellation) {
        Project project = workspace.project(request.project());
        BackupId id = BackupId.create(workspace.clock().instant(), random);
        try (RunScope run = new RunScope(Operation.BACKUP, project.name(), id, workspace.events(), workspace.clock())) {
            try {
                cancellation.throwIfCancelled();
                run.stage("lock");
                try (ProjectLock lock =
                        ProjectLock.acquire(workspace.store().storage(), project.name(), workspace.clock())) {
                    Written backup = write(request, project, id, run, lock, cancellation);
                    Manifest manifest = backup.manifest();
                    run.finished(manifest.rawSize(), manifest.totalRows());
                    return new BackupResult(manifest, backup.notices(), run.elapsed());
                }
            } catch (RuntimeException e) {
                throw run.failed(e);
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
        BackupStore store = workspace.store();
        DatabaseEngine engine = workspace.engine(project.engine());
        DatabaseTarget target = workspace.target(project);
        Entries entries = new Entries(store, project.name(), id, run);
        try {
            run.stage("dump");
            DumpFacts facts = engine.dump(
                    target,
                    new DumpSpec(request.selection(), request.globals(), request.passwordHashes()),
                    entries,
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
                    facts.needs(),
                    facts.tables(),
                    entries.finished(),
                    request.labels());
            run.stage("commit");
            cancellation.throwIfCancelled();
            lock.requireHeld();
            store.commit(manifest);
            return new Written(manifest, facts.notices());
        } catch (RuntimeException e) {
            entries.abort(e);
            discard(store, project.name(), id);
            throw e;
        }
    }

    /** Entries without a manifest are no backup; what cannot be removed now, a sweep removes later. */
    private static void discard(BackupStore store, String project, BackupId id) {
        if (store.mayExist(project, id)) {
            return;
        }
        try {
            store.objects(project, id).forEach(object -> store.storage().delete(object.key()));
        } catch (RuntimeException e) {
            LOG.warn("entries of the failed backup {} could not be removed; a sweep will: {}", id, e.getMessage());
        }
    }

    /** The entries of one run. Used by the run's thread. */
    private static final class Entries implements DumpOutput {
        private final BackupStore store;
        private final String project;
        private final BackupId id;
        private final RunScope run;
        private final Map<String, EntryWriter> writers = new LinkedHashMap<>();

        Entries(BackupStore store, String project, BackupId id, RunScope run) {
            this.store = store;
            this.project = project;
            this.id = id;
            this.run = run;
        }

        @Override
        public ByteSink entry(String name, EntryKind kind) {
            EntryWriter writer = store.write(project, id, name, kind);
            writers.put(name, writer);
            return writer;
        }

        @Override
        public void progress(String name, long rows) {
            EntryWriter writer = writers.get(name);
            if (writer != null) {
                run.progress(name, writer.rawSize(), -1, rows);
            }
        }

        List<io.codeb.model.Entry> finished() {
            return writers.values().stream().map(EntryWriter::entry).toList();
        }

        void abort(Throwable cause) {
            writers.values().forEach(writer -> {
                writer.abort(cause);
                writer.close();
            });
        }
    }
}
