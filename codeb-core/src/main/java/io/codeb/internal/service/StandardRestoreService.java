package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreRequest.ForeignDump;
import io.codeb.RestoreResult;
import io.codeb.RestoreService;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Operation;
import io.codeb.internal.io.ReadAheadSource;
import io.codeb.internal.repository.BackupStore;
import io.codeb.model.Cancellation;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.io.ByteSource;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

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

    @Override
    public CompletableFuture<RestoreResult> runAsync(RestoreRequest request) {
        return workspace.async(cancellation -> run(request, cancellation));
    }

    @Override
    public RestoreResult run(RestoreRequest request, Cancellation cancellation) {
        Optional<Manifest> manifest = request.backup().map(workspace.store()::find);
        Project project = workspace.project(request.project()
                .or(() -> manifest.map(Manifest::project))
                .orElseThrow(() -> new ConfigException(
                        "a dump that CodeB did not write does not say where it belongs",
                        "name the project with onProject(…)")));
        try (RunScope run = new RunScope(
                Operation.RESTORE,
                project.name(),
                request.backup().orElse(null),
                workspace.events(),
                workspace.clock())) {
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
                Input input = manifest.isPresent()
                        ? new BackupInput(workspace.store(), manifest.get(), run)
                        : new ForeignInput(workspace.store(), request.foreign().orElseThrow(), run);
                run.stage("load");
                RestoreFacts facts = workspace
                        .engine(engine)
                        .restore(
                                target.withDatabase(database),
                                new RestoreSpec(request.mode(), manifest.orElse(null), request.options()),
                                input,
                                cancellation);
                RestoreResult result = new RestoreResult(
                        project.name(), database, facts.server(), facts.tables(), facts.notices(), run.elapsed());
                run.finished(input.bytes(), result.totalRows());
                return result;
            } catch (RuntimeException e) {
                throw run.failed(e);
            }
        }
    }

    /** A dump that counts what is read of it. Read by one thread. */
    private abstract static class Input implements RestoreInput {
        private final RunScope run;
        private final long totalBytes;
        private final AtomicLong bytes = new AtomicLong();

        Input(RunScope run, long totalBytes) {
            this.run = run;
            this.totalBytes = totalBytes;
        }

        abstract ByteSource openRaw();

        @Override
        public final ByteSource open() {
            // Reading, proving and decoding need not wait for the engine, nor the engine for them.
            ByteSource source = new ReadAheadSource(openRaw(), name());
            bytes.set(0);
            return new ByteSource() {
                @Override
                public int read(ByteBuffer dst) {
                    int count = source.read(dst);
                    if (count != END) {
                        bytes.addAndGet(count);
                    }
                    return count;
                }

                @Override
                public void close() {
                    source.close();
                }
            };
        }

        @Override
        public final void progress(long rows) {
            run.progress(name(), bytes.get(), totalBytes, rows);
        }

        final long bytes() {
            return bytes.get();
        }
    }

    private static final class BackupInput extends Input {
        private final BackupStore store;
        private final Manifest manifest;
        private final Entry entry;

        BackupInput(BackupStore store, Manifest manifest, RunScope run) {
            this(store, manifest, dumpOf(manifest), run);
        }

        private BackupInput(BackupStore store, Manifest manifest, Entry entry, RunScope run) {
            super(run, entry.rawSize());
            this.store = store;
            this.manifest = manifest;
            this.entry = entry;
        }

        private static Entry dumpOf(Manifest manifest) {
            return manifest.entries().stream()
                    .filter(entry -> entry.kind() == EntryKind.DUMP)
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        ByteSource openRaw() {
            return store.open(manifest, entry);
        }

        @Override
        public String name() {
            return entry.name();
        }
    }

    private static final class ForeignInput extends Input {
        private final BackupStore store;
        private final ForeignDump dump;

        ForeignInput(BackupStore store, ForeignDump dump, RunScope run) {
            super(run, -1);
            this.store = store;
            this.dump = dump;
        }

        @Override
        ByteSource openRaw() {
            return ForeignDumpSource.open(dump, store.codecs());
        }

        @Override
        public boolean opensAgain() {
            return dump.opensAgain();
        }

        @Override
        public String name() {
            return dump.name();
        }
    }
}
