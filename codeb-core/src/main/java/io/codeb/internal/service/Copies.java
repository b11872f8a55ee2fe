package io.codeb.internal.service;

import io.codeb.MirrorStatus;
import io.codeb.error.CodeBException;
import io.codeb.event.Operation;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.EntryProgress;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies backups from one repository to another, each in a run of its own. Thread-safe. */
final class Copies {
    private final Repositories repositories;
    private final RunScopes scopes;

    Copies(Repositories repositories, RunScopes scopes) {
        this.repositories = repositories;
        this.scopes = scopes;
    }

    BackupRef copy(BackupStore source, BackupStore target, BackupRef backup, Cancellation cancellation) {
        try (RunScope run = scopes.open(Operation.COPY, backup)) {
            try {
                run.stage("copy");
                Manifest manifest = target.copyFrom(
                        source, backup.project(), backup.id(), scopes.clock(), progressOf(run), cancellation);
                run.finished(manifest.storedSize(), manifest.storedSize(), manifest.totalRows());
                return target.ref(backup.project(), backup.id());
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    private static EntryProgress progressOf(RunScope run) {
        return new EntryProgress() {
            @Override
            public void entryGrew(String name, long bytes, long storedBytes, long expectedBytes, long rows) {
                run.progress(name, bytes, storedBytes, expectedBytes, rows);
            }

            @Override
            public void expected(long bytes) {
                run.expect(bytes);
            }
        };
    }

    /** How far the mirrors of a repository are. */
    List<MirrorStatus> mirrors(BackupStore source, String project) {
        return mirrors(repositories, source, project);
    }

    static List<MirrorStatus> mirrors(Repositories repositories, BackupStore source, String project) {
        return repositories.mirrorsOf(source.name()).stream()
                .map(mirror -> status(source, mirror, project))
                .toList();
    }

    private static MirrorStatus status(BackupStore source, BackupStore mirror, String project) {
        try {
            return new MirrorStatus(mirror.name(), missing(source, mirror, project), null);
        } catch (CodeBException e) {
            return new MirrorStatus(mirror.name(), List.of(), e);
        }
    }

    /** What a mirror has deleted by a policy of its own is older than the newest that it has. */
    private static List<BackupRef> missing(BackupStore source, BackupStore mirror, String project) {
        List<BackupId> there = mirror.ids(project);
        return source.ids(project).stream()
                .filter(id -> there.isEmpty() || id.compareTo(there.get(there.size() - 1)) > 0)
                .map(id -> source.ref(project, id))
                .toList();
    }

    /** Brings the mirrors of a repository to where it is, each as far as that goes. */
    List<MirrorStatus> catchUp(BackupStore source, String project, Cancellation cancellation) {
        return repositories.mirrorsOf(source.name()).stream()
                .map(mirror -> catchUp(source, mirror, project, cancellation))
                .toList();
    }

    private MirrorStatus catchUp(BackupStore source, BackupStore mirror, String project, Cancellation cancellation) {
        MirrorStatus status = status(source, mirror, project);
        List<BackupRef> missing = new ArrayList<>(status.missing());
        @Nullable CodeBException problem = status.problem();
        while (problem == null && !missing.isEmpty()) {
            try {
                copy(source, mirror, missing.get(0), cancellation);
                missing.remove(0);
            } catch (CodeBException e) {
                problem = e;
            }
        }
        return new MirrorStatus(mirror.name(), missing, problem);
    }

    /** A backup that exists does not fail any more: what is wrong with a mirror is a notice. */
    List<Notice> afterBackup(RunScope run, BackupStore source, String project, Cancellation cancellation) {
        if (repositories.mirrorsOf(source.name()).isEmpty()) {
            return List.of();
        }
        run.stage("mirror");
        return catchUp(source, project, cancellation).stream()
                .filter(MirrorStatus::isBehind)
                .map(status -> new Notice("mirror-behind", text(status, project)))
                .toList();
    }

    private static String text(MirrorStatus status, String project) {
        CodeBException problem = status.problem();
        return "repository " + status.mirror() + " lacks backups of " + project + ", so far " + status.missing()
                + (problem == null ? "" : ": " + problem.getMessage());
    }
}
