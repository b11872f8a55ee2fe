package io.codeb.internal.service;

import io.codeb.CatalogService;
import io.codeb.ExportRequest;
import io.codeb.SweepReport;
import io.codeb.VerifyReport;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.error.LockedException;
import io.codeb.error.StorageException;
import io.codeb.event.Operation;
import io.codeb.internal.io.OutputStreamSink;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.ProjectLock;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.NullSink;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.storage.StoredObject;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows the backups of a repository by what lies in its storage. */
public final class StandardCatalogService implements CatalogService {
    private static final Logger LOG = LoggerFactory.getLogger(StandardCatalogService.class);

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
            readable(project, id).ifPresent(manifests::add);
        }
        return manifests;
    }

    private Optional<Manifest> readable(String project, BackupId id) {
        try {
            return Optional.of(store.read(project, id));
        } catch (IntegrityException e) {
            LOG.warn("backup {} of {} is left out of the list: {}", id, project, e.getMessage());
            return Optional.empty();
        } catch (StorageException e) {
            if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
                // Deleted since it was listed.
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public List<String> projects() {
        return store.projects();
    }

    @Override
    public Manifest show(BackupId id) {
        return store.find(id);
    }

    @Override
    public Optional<Manifest> latest(String project) {
        List<BackupId> ids = store.ids(project);
        for (int i = ids.size() - 1; i >= 0; i--) {
            Optional<Manifest> manifest = readable(project, ids.get(i));
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
                List<String> problems = new ArrayList<>();
                List<String> orphans = new ArrayList<>();
                long bytesRead = 0;
                try {
                    Manifest manifest = store.read(project, id);
                    for (Entry entry : manifest.entries()) {
                        run.stage("read " + entry.name());
                        bytesRead += verify(manifest, entry, run, problems, cancellation);
                    }
                    store.orphans(manifest)
                            .forEach(object -> orphans.add(object.key().name()));
                } catch (IntegrityException e) {
                    problems.add(e.getMessage());
                }
                run.finished(bytesRead, 0);
                return new VerifyReport(id, problems, orphans, bytesRead, run.elapsed());
            } catch (RuntimeException e) {
                throw run.failed(e);
            }
        }
    }

    private long verify(
            Manifest manifest, Entry entry, RunScope run, List<String> problems, Cancellation cancellation) {
        try (ByteSource source = store.open(manifest, entry)) {
            Transfer.all(
                    source,
                    new NullSink(),
                    cancellation,
                    bytes -> run.progress(entry.name(), bytes, entry.rawSize(), 0));
            return entry.storedSize();
        } catch (IntegrityException e) {
            problems.add(e.getMessage());
            return 0;
        }
    }

    @Override
    public void delete(BackupId id) {
        store.delete(store.projectOf(id), id);
    }

    @Override
    public SweepReport sweep(Duration olderThan) {
        List<String> removed = new ArrayList<>(store.storage().sweep(olderThan));
        List<String> kept = new ArrayList<>();
        Instant limit = workspace.clock().instant().minus(olderThan);
        for (String project : store.projects()) {
            // The entries of a run that goes on look like orphans until its manifest is written.
            try (ProjectLock held = ProjectLock.acquire(store.storage(), project, workspace.clock())) {
                held.requireHeld();
                sweep(project, limit, removed, kept);
            } catch (LockedException e) {
                kept.add(project + ": " + e.getMessage());
            }
        }
        return new SweepReport(removed, kept);
    }

    private void sweep(String project, Instant limit, List<String> removed, List<String> kept) {
        for (BackupId id : store.folders(project)) {
            if (store.mayExist(project, id)) {
                readable(project, id).ifPresent(manifest -> store.orphans(manifest)
                        .forEach(object -> sweep(object, limit, removed, kept)));
            } else {
                store.objects(project, id).forEach(object -> sweep(object, limit, removed, kept));
            }
        }
    }

    private void sweep(StoredObject object, Instant limit, List<String> removed, List<String> kept) {
        if (object.modifiedAt().isAfter(limit)) {
            kept.add(object.key() + ": younger than asked for");
            return;
        }
        try {
            store.storage().delete(object.key());
            removed.add(object.key().value());
        } catch (StorageException e) {
            kept.add(object.key() + ": " + e.getMessage());
        }
    }

    @Override
    public void export(BackupId id, ExportRequest request, Cancellation cancellation) {
        Manifest manifest = store.find(id);
        Entry entry = manifest.entries().stream()
                .filter(candidate -> candidate.kind() == request.kind())
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        "backup " + id + " has no entry of kind " + request.kind(),
                        "it was made without one; back up with globals to have them"));
        Codec codec = workspace.codecs().writer(request.codec(), Map.of());
        try (RunScope run =
                new RunScope(Operation.EXPORT, manifest.project(), id, workspace.events(), workspace.clock())) {
            try (ByteSource source = store.open(manifest, entry);
                    ByteSink sink = codec.encode(new OutputStreamSink(request.out()))) {
                run.stage("write");
                Transfer.all(
                        source, sink, cancellation, bytes -> run.progress(entry.name(), bytes, entry.rawSize(), 0));
                sink.finish();
                run.finished(entry.rawSize(), manifest.totalRows());
            } catch (RuntimeException e) {
                throw run.failed(e);
            }
        }
    }

    @Override
    public void export(BackupId id, Path file, Cancellation cancellation) {
        String codec = codecFor(file);
        Path partial = file.resolveSibling("." + file.getFileName() + "." + id + ".part");
        try {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            try (FileChannel channel =
                    FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                Files.setPosixFilePermissions(
                        partial, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
                export(id, new ExportRequest(EntryKind.DUMP, codec, Channels.newOutputStream(channel)), cancellation);
                channel.force(true);
            }
            Files.createLink(file, partial);
        } catch (FileAlreadyExistsException e) {
            throw new StorageException(
                    ErrorCode.OBJECT_EXISTS, "file " + file + " exists already", "choose another name", e);
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.STORAGE_FAILED,
                    "file " + file + " cannot be written: " + e.getMessage(),
                    "check the directory",
                    e);
        } finally {
            removePartial(partial);
        }
    }

    private static void removePartial(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            LOG.warn("{} could not be removed: {}", partial, e.getMessage());
        }
    }

    private static String codecFor(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".sql")) {
            return "none";
        }
        if (name.endsWith(".sql.gz")) {
            return "gzip";
        }
        if (name.endsWith(".sql.zst")) {
            return "zstd";
        }
        throw new ConfigException(
                "file " + file + " does not say its form", "let its name end in .sql, .sql.gz or .sql.zst");
    }
}
