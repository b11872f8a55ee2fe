package io.codeb.internal.service;

import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.BackupService;
import io.codeb.Project;
import io.codeb.error.ConfigException;
import io.codeb.event.Operation;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.BackupWriter;
import io.codeb.internal.repository.ProjectLock;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes backups: dump, codecs, storage, and the manifest last of all. */
final class StandardBackupService implements BackupService {
    private final Projects projects;
    private final Repositories repositories;
    private final RunScopes scopes;
    private final Leftovers leftovers;
    private final Copies copies;
    private final Preflight preflight;
    private final SecureRandom random = new SecureRandom();

    StandardBackupService(
            Projects projects,
            Repositories repositories,
            RunScopes scopes,
            Leftovers leftovers,
            Copies copies,
            Preflight preflight) {
        this.projects = projects;
        this.repositories = repositories;
        this.scopes = scopes;
        this.leftovers = leftovers;
        this.copies = copies;
        this.preflight = preflight;
    }

    @Override
    public BackupResult run(BackupRequest request, Cancellation cancellation) {
        BackupId id = BackupId.create(scopes.clock().instant(), random);
        String repository = request.repository().orElse(repositories.first().name());
        try (RunScope run =
                scopes.open(Operation.BACKUP, repository, request.project(), databaseOf(request.project()), id)) {
            try {
                BackupStore store = repositories.get(repository);
                Project project = projects.get(request.project());
                cancellation.throwIfCancelled();
                run.stage("lock");
                Written backup;
                ProgramWatch watch = new ProgramWatch();
                try (ProjectLock lock = store.lock(project.name(), id, scopes.clock());
                        Leftovers.Trace trace =
                                leftovers.begin(store, project, run.id(), null, watch::allHaveEnded, cancellation)) {
                    DatabaseTarget target = projects.target(project, run.id(), watch);
                    backup = write(request, project, target, id, run, store, lock, cancellation);
                    trace.clean();
                }
                List<Notice> notices = new ArrayList<>(backup.notices());
                notices.addAll(copies.afterBackup(run, store, project.name(), cancellation));
                Manifest manifest = backup.manifest();
                run.finished(manifest.rawSize(), manifest.storedSize(), manifest.totalRows());
                return new BackupResult(store.ref(project.name(), id), manifest, notices, run.elapsed());
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    /** Null for a project that there is not, which the run will say. */
    private @Nullable String databaseOf(String project) {
        return projects.all().stream()
                .filter(known -> known.name().equals(project))
                .map(Project::database)
                .findFirst()
                .orElse(null);
    }

    private record Written(Manifest manifest, List<Notice> notices) {}

    private Written write(
            BackupRequest request,
            Project project,
            DatabaseTarget target,
            BackupId id,
            RunScope run,
            BackupStore store,
            ProjectLock lock,
            Cancellation cancellation) {
        DatabaseEngine engine = projects.engine(project);
        BackupWriter backup = store.begin(lock, id, run::progress);
        try {
            run.stage("dump");
            Preflight.Gate gate = preflight.before(request, project, target, store, backup);
            DumpFacts facts = engine.dump(target, Preflight.specOf(request), gate, cancellation);
            List<String> recipients = backup.recipients();
            List<Entry> entries = backup.entries();
            if (request.checksums() && !hasChecksums(entries)) {
                throw new ConfigException(
                        "engine " + engine.id() + " makes no checksums", "back up without withChecksums()");
            }
            Manifest manifest = new Manifest(
                    Manifest.FORMAT_VERSION,
                    features(recipients, entries),
                    id,
                    project.name(),
                    Optional.empty(),
                    Version.PROGRAM,
                    run.startedAt(),
                    scopes.clock().instant(),
                    facts.engine(),
                    facts.selection(),
                    facts.database(),
                    facts.tables(),
                    entries,
                    request.labels(),
                    recipients);
            run.stage("commit");
            cancellation.throwIfCancelled();
            backup.commit(manifest);
            List<Notice> notices = new ArrayList<>(gate.notices());
            notices.addAll(facts.notices());
            return new Written(manifest, notices);
        } catch (RuntimeException | Error e) {
            backup.discard(e);
            throw e;
        }
    }

    private static boolean hasChecksums(List<Entry> entries) {
        return entries.stream().anyMatch(entry -> entry.kind() == EntryKind.CHECKSUMS);
    }

    /** What a reader must know to read it. */
    private static List<String> features(List<String> recipients, List<Entry> entries) {
        List<String> features = new ArrayList<>();
        if (!recipients.isEmpty()) {
            features.add(Manifest.ENCRYPTION);
        }
        if (hasChecksums(entries)) {
            features.add(Manifest.CHECKSUMS);
        }
        return features;
    }
}
