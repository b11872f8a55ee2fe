package io.codeb.internal.service;

import io.codeb.Backup;
import io.codeb.BackupListing;
import io.codeb.BackupQuery;
import io.codeb.CatalogService;
import io.codeb.ExportRequest;
import io.codeb.KeyReport;
import io.codeb.MirrorStatus;
import io.codeb.Pin;
import io.codeb.SweepReport;
import io.codeb.VerifyReport;
import io.codeb.error.ConfigException;
import io.codeb.error.IntegrityException;
import io.codeb.error.StorageException;
import io.codeb.event.Operation;
import io.codeb.internal.io.OutputStreamSink;
import io.codeb.internal.io.Several;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Codecs;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Knows the backups of repositories by what lies in their storages. */
final class StandardCatalogService implements CatalogService {
    private final Repositories all;
    private final Repositories repositories;
    private final Codecs codecs;
    private final RunScopes scopes;
    private final Copies copies;
    private final ExportScripts scripts;

    StandardCatalogService(
            Repositories repositories, Codecs codecs, RunScopes scopes, Copies copies, ExportScripts scripts) {
        this(repositories, repositories, codecs, scopes, copies, scripts);
    }

    private StandardCatalogService(
            Repositories all,
            Repositories repositories,
            Codecs codecs,
            RunScopes scopes,
            Copies copies,
            ExportScripts scripts) {
        this.all = all;
        this.repositories = repositories;
        this.codecs = codecs;
        this.scopes = scopes;
        this.copies = copies;
        this.scripts = scripts;
    }

    @Override
    public CatalogService in(String repository) {
        return new StandardCatalogService(all, repositories.only(repository), codecs, scopes, copies, scripts);
    }

    @Override
    public List<String> repositories() {
        return repositories.names();
    }

    @Override
    public BackupListing list(BackupQuery query) {
        BackupStore store = repositories.first();
        String project = query.project();
        List<BackupId> folders = store.folders(project);
        Noted noted = folders.isEmpty() ? Noted.NOTHING : Noted.of(store, project);
        List<Found> found =
                Several.each(folders, new Cancellation(), id -> Found.of(store, store.ref(project, id), noted));
        return new BackupListing(
                found.stream()
                        .flatMap(each -> each.backup().stream())
                        .filter(backup -> query.matches(backup.manifest()))
                        .toList(),
                found.stream().flatMap(each -> each.unreadable().stream()).toList());
    }

    /** What is in one folder: a backup, one that cannot be read, or neither. */
    private record Found(Optional<Backup> backup, List<BackupListing.Unreadable> unreadable) {
        static Found of(BackupStore store, BackupRef ref, Noted noted) {
            List<BackupListing.Unreadable> unreadable = new ArrayList<>();
            Optional<Backup> backup = store.find(
                            ref.project(),
                            ref.id(),
                            damage -> unreadable.add(new BackupListing.Unreadable(
                                    ref, damage.code(), String.valueOf(damage.getMessage()))))
                    .map(manifest -> noted.on(Backup.of(ref, manifest), store));
            return new Found(backup, unreadable);
        }
    }

    /** Beside which backups there are notes, so that no others are looked for. */
    private record Noted(Set<BackupId> drilled, Set<BackupId> pinned) {
        static final Noted NOTHING = new Noted(Set.of(), Set.of());

        static Noted of(BackupStore store, String project) {
            return new Noted(
                    Set.copyOf(store.drills().ids(project)),
                    Set.copyOf(store.pins().ids(project)));
        }

        Backup on(Backup backup, BackupStore store) {
            BackupRef ref = backup.ref();
            Backup known =
                    drilled.contains(ref.id()) ? backup.with(store.drills().find(ref.project(), ref.id())) : backup;
            Optional<Pin> pin =
                    pinned.contains(ref.id()) ? store.pins().find(ref.project(), ref.id()) : Optional.empty();
            return pin.map(known::with).orElse(known);
        }
    }

    @Override
    public List<String> projects() {
        return repositories.first().projects();
    }

    @Override
    public Optional<Backup> latest(String project) {
        BackupStore store = repositories.first();
        return store.newest(BackupRef.checkName("project", project), 1).stream()
                .map(manifest -> Backup.of(store.ref(manifest.project(), manifest.id()), manifest))
                .map(newest -> new Noted(Set.of(newest.id()), Set.of(newest.id())).on(newest, store))
                .findFirst();
    }

    @Override
    public BackupRef resolve(BackupId id) {
        return repositories.resolve(id);
    }

    @Override
    public Manifest read(BackupRef backup) {
        return repositories.get(backup.repository()).read(backup.project(), backup.id());
    }

    @Override
    public VerifyReport verify(BackupRef backup, Cancellation cancellation) {
        BackupStore store = repositories.get(backup.repository());
        try (RunScope run = scopes.open(Operation.VERIFY, backup)) {
            try {
                return new Verification(store, backup, run, cancellation).run();
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    @Override
    public BackupRef copy(BackupRef backup, String repository, Cancellation cancellation) {
        BackupStore source = repositories.get(backup.repository());
        BackupStore target = all.get(repository);
        if (source == target) {
            throw new ConfigException("backup " + backup + " is in repository " + repository, "name another one");
        }
        return copies.copy(source, target, backup, cancellation);
    }

    @Override
    public List<MirrorStatus> mirrors(String project) {
        return copies.mirrors(repositories.first(), BackupRef.checkName("project", project));
    }

    @Override
    public List<MirrorStatus> catchUp(String project, Cancellation cancellation) {
        return copies.catchUp(repositories.first(), BackupRef.checkName("project", project), cancellation);
    }

    @Override
    public KeyReport checkKeys(BackupQuery query, Cancellation cancellation) {
        return eachKey(query, cancellation, BackupStore::requireKey);
    }

    @Override
    public KeyReport rewrap(BackupQuery query, Cancellation cancellation) {
        repositories.first().requireEncryption();
        return eachKey(query, cancellation, BackupStore::rewrap);
    }

    private KeyReport eachKey(BackupQuery query, Cancellation cancellation, BiConsumer<BackupStore, Manifest> work) {
        long begin = System.nanoTime();
        BackupStore store = repositories.first();
        BackupListing listing = list(query);
        List<KeyReport.Failure> failures = new ArrayList<>();
        listing.unreadable()
                .forEach(damaged ->
                        failures.add(new KeyReport.Failure(damaged.ref(), damaged.code(), damaged.reason())));
        Map<Boolean, List<Backup>> byKey = listing.backups().stream()
                .collect(Collectors.partitioningBy(backup -> backup.manifest().encrypted()));
        List<Backup> encrypted = byKey.getOrDefault(true, List.of());
        List<Tried> tried = Several.each(encrypted, cancellation, backup -> Tried.with(store, backup, work));
        tried.stream().flatMap(each -> each.failure().stream()).forEach(failures::add);
        List<BackupRef> keys = tried.stream()
                .filter(each -> each.failure().isEmpty())
                .map(Tried::ref)
                .toList();
        List<BackupRef> plain =
                byKey.getOrDefault(false, List.of()).stream().map(Backup::ref).toList();
        return new KeyReport(keys, plain, failures, Duration.ofNanos(System.nanoTime() - begin));
    }

    /** What has become of one backup's key. The others' may be well, and what was done for them is worth knowing. */
    private record Tried(BackupRef ref, Optional<KeyReport.Failure> failure) {
        static Tried with(BackupStore store, Backup backup, BiConsumer<BackupStore, Manifest> work) {
            try {
                work.accept(store, backup.manifest());
                return new Tried(backup.ref(), Optional.empty());
            } catch (IntegrityException | StorageException e) {
                return new Tried(
                        backup.ref(),
                        Optional.of(new KeyReport.Failure(backup.ref(), e.code(), String.valueOf(e.getMessage()))));
            }
        }
    }

    @Override
    public Pin pin(BackupRef backup, String reason) {
        Pin pin = new Pin(scopes.clock().instant(), reason);
        repositories.get(backup.repository()).pin(backup.project(), backup.id(), pin, scopes.clock());
        return pin;
    }

    @Override
    public void unpin(BackupRef backup) {
        BackupStore store = repositories.get(backup.repository());
        store.requireExists(backup.project(), backup.id());
        store.pins().remove(backup.project(), backup.id());
    }

    @Override
    public void delete(BackupRef backup) {
        repositories.get(backup.repository()).delete(backup.project(), backup.id(), scopes.clock());
    }

    @Override
    public SweepReport sweep(Duration olderThan) {
        return repositories.first().sweep(olderThan, scopes.clock());
    }

    @Override
    public void export(BackupRef backup, ExportRequest request, Cancellation cancellation) {
        BackupStore store = repositories.get(backup.repository());
        Manifest manifest = store.read(backup.project(), backup.id());
        Optional<Entry> entry = manifest.entries().stream()
                .filter(candidate -> candidate.kind() == request.kind())
                .findFirst();
        if (entry.isEmpty() && (request.kind() != EntryKind.DUMP || !isInPieces(manifest))) {
            throw new ConfigException(
                    "backup " + backup + " has no entry of kind " + request.kind(),
                    "it was made without one; back up with globals to have them");
        }
        Codec codec = codecs.create(ProviderConfig.of(request.codec()));
        try (RunScope run = scopes.open(Operation.EXPORT, backup)) {
            try (ByteSource source = entry.isPresent()
                            ? store.reader(manifest).open(entry.get())
                            : scripts.open(store, manifest, run, cancellation);
                    ByteSink sink = codec.encode(new OutputStreamSink(request.out()))) {
                run.stage("write");
                String name = entry.map(Entry::name).orElse(ExportScripts.NAME);
                long size = entry.map(Entry::rawSize).orElse(-1L);
                run.expect(size);
                AtomicLong written = new AtomicLong();
                Transfer.all(source, sink, cancellation, bytes -> {
                    written.set(bytes);
                    run.progress(name, bytes, -1, size, 0);
                });
                sink.finish();
                run.finished(written.get(), -1, manifest.totalRows());
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    private static boolean isInPieces(Manifest manifest) {
        return manifest.entries().stream().anyMatch(entry -> entry.kind() == EntryKind.ARCHIVE);
    }

    @Override
    public void export(BackupRef backup, Path file, Cancellation cancellation) {
        ExportFile target = new ExportFile(file);
        String codec = target.codec();
        target.write(
                backup.id().value(),
                out -> export(backup, new ExportRequest(EntryKind.DUMP, codec, out), cancellation));
    }
}
