package io.codeb.internal.service;

import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.BackupService;
import io.codeb.Project;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
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
import io.codeb.spi.engine.DumpOutput;
import io.codeb.status.FailedRun;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes backups: dump, codecs, storage, and the manifest last of all. */
final class StandardBackupService implements BackupService {
    private static final Logger LOG = LoggerFactory.getLogger(StandardBackupService.class);

    /** Nothing has failed that was begun: another run is at work, or nobody knows what was meant. */
    private static final Set<ErrorCode> NOT_NOTED =
            Set.of(ErrorCode.LOCKED, ErrorCode.CLOSED, ErrorCode.CONFIG_INVALID, ErrorCode.MODULE_MISSING);

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
                forgetFailures(store, project.name());
                Manifest manifest = backup.manifest();
                run.finished(manifest.rawSize(), manifest.storedSize(), manifest.totalRows());
                return new BackupResult(store.ref(project.name(), id), manifest, notices, run.elapsed());
            } catch (RuntimeException | Error e) {
                run.failed(e);
                note(repository, request.project(), run, e);
                throw e;
            }
        }
    }

    /** Where no manifest tells of a run, something has to. What keeps it from being noted is no failure of its own. */
    private void note(String repository, String project, RunScope run, Throwable failure) {
        ErrorCode code = failure instanceof CodeBException known ? known.code() : ErrorCode.COMMAND_FAILED;
        if (NOT_NOTED.contains(code)) {
            return;
        }
        try {
            repositories
                    .get(repository)
                    .failures()
                    .put(
                            project,
                            new FailedRun(
                                    run.startedAt(),
                                    run.now(),
                                    run.stage(),
                                    code,
                                    String.valueOf(failure.getMessage()),
                                    1));
        } catch (RuntimeException e) {
            LOG.warn("that a backup of {} has failed could not be noted: {}", project, e.toString());
        }
    }

    /** The next backup tries again, and a note that is older than a backup counts for nothing. */
    private static void forgetFailures(BackupStore store, String project) {
        try {
            store.failures().clear(project);
        } catch (CodeBException e) {
            LOG.debug("a note of a failed backup of {} could not be removed: {}", project, e.getMessage());
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
            Preflight.Gate gate = preflight.before(request, project, target, store, run, backup);
            DumpOutput output = projects.bandwidth(project)
                    .<DumpOutput>map(bandwidth -> new LimitedOutput(gate, bandwidth, cancellation))
                    .orElse(gate);
            DumpFacts facts = engine.dump(target, Preflight.specOf(request), output, cancellation);
            List<String> recipients = backup.recipients();
            List<Entry> entries = backup.entries();
            if (request.checksums() && !has(entries, EntryKind.CHECKSUMS)) {
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

    private static boolean has(List<Entry> entries, EntryKind kind) {
        return entries.stream().anyMatch(entry -> entry.kind() == kind);
    }

    /** What a reader must know to read it. */
    private static List<String> features(List<String> recipients, List<Entry> entries) {
        List<String> features = new ArrayList<>();
        if (!recipients.isEmpty()) {
            features.add(Manifest.ENCRYPTION);
        }
        if (has(entries, EntryKind.CHECKSUMS)) {
            features.add(Manifest.CHECKSUMS);
        }
        if (has(entries, EntryKind.ARCHIVE)) {
            features.add(Manifest.PIECES);
        }
        return features;
    }
}
