package io.codeb.internal.service;

import io.codeb.CatalogService;
import io.codeb.ExportRequest;
import io.codeb.SweepReport;
import io.codeb.VerifyReport;
import io.codeb.error.ConfigException;
import io.codeb.event.Operation;
import io.codeb.internal.io.OutputStreamSink;
import io.codeb.internal.repository.BackupStore;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.provider.ProviderConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Knows the backups of a repository by what lies in its storage. */
public final class StandardCatalogService implements CatalogService {
    private final Workspace workspace;
    private final BackupStore store;

    /**
     * Makes the service.
     *
     * @param workspace what all services share
     */
    public StandardCatalogService(Workspace workspace) {
        this.workspace = workspace;
        this.store = workspace.store();
    }

    @Override
    public List<Manifest> list(String project) {
        List<Manifest> manifests = new ArrayList<>();
        for (BackupId id : store.ids(project)) {
            store.readable(project, id).ifPresent(manifests::add);
        }
        return manifests;
    }

    @Override
    public List<String> projects() {
        return store.projects();
    }

    @Override
    public Manifest show(BackupId id) {
        return store.read(id);
    }

    @Override
    public Optional<Manifest> latest(String project) {
        List<BackupId> ids = store.ids(project);
        for (int i = ids.size() - 1; i >= 0; i--) {
            Optional<Manifest> manifest = store.readable(project, ids.get(i));
            if (manifest.isPresent()) {
                return manifest;
            }
        }
        return Optional.empty();
    }

    @Override
    public VerifyReport verify(BackupId id, Cancellation cancellation) {
        String project = store.projectOf(id);
        try (RunScope run = new RunScope(Operation.VERIFY, project, id, workspace.events(), workspace.clock())) {
            try {
                return new Verification(store, project, id, run, cancellation).run();
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    @Override
    public void delete(BackupId id) {
        store.delete(store.projectOf(id), id);
    }

    @Override
    public SweepReport sweep(Duration olderThan) {
        return store.sweep(olderThan, workspace.clock());
    }

    @Override
    public void export(BackupId id, ExportRequest request, Cancellation cancellation) {
        Manifest manifest = store.read(id);
        Entry entry = manifest.entries().stream()
                .filter(candidate -> candidate.kind() == request.kind())
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        "backup " + id + " has no entry of kind " + request.kind(),
                        "it was made without one; back up with globals to have them"));
        Codec codec = workspace.codecs().create(ProviderConfig.of(request.codec()));
        try (RunScope run =
                new RunScope(Operation.EXPORT, manifest.project(), id, workspace.events(), workspace.clock())) {
            try (ByteSource source = store.open(manifest, entry);
                    ByteSink sink = codec.encode(new OutputStreamSink(request.out()))) {
                run.stage("write");
                Transfer.all(
                        source, sink, cancellation, bytes -> run.progress(entry.name(), bytes, -1, entry.rawSize(), 0));
                sink.finish();
                run.finished(entry.rawSize(), -1, manifest.totalRows());
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    @Override
    public void export(BackupId id, Path file, Cancellation cancellation) {
        ExportFile target = new ExportFile(file);
        String codec = target.codec();
        target.write(id.value(), out -> export(id, new ExportRequest(EntryKind.DUMP, codec, out), cancellation));
    }
}
