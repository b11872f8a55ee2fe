package io.codeb.deploy;

import io.codeb.Backup;
import io.codeb.BackupQuery;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.Manifest;
import io.codeb.model.Selection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A backup of the whole database of a project, made now or recent enough. */
final class FreshBackup {
    private final CodeB codeb;
    private final Project project;
    private final String repository;

    private FreshBackup(CodeB codeb, Project project, String repository) {
        this.codeb = codeb;
        this.project = project;
        this.repository = repository;
    }

    /** In a repository, or in the first one. */
    static FreshBackup of(CodeB codeb, Project project, Optional<String> repository) {
        return new FreshBackup(codeb, project, repository.orElseGet(() -> codeb.catalog()
                .repositories()
                .get(0)));
    }

    /**
     * The newest one that is whole, recent, and can be read whole now; else a new one.
     *
     * @param age zero for a new one in any case
     * @param operation what it is made for, the name of its label
     * @param id of that
     */
    BackupRef within(Duration age, String operation, String id, Cancellation cancellation) {
        return recent(age, cancellation).orElseGet(() -> codeb.backups()
                .run(BackupRequest.of(project.name()).to(repository).label(operation, id), cancellation)
                .ref());
    }

    private Optional<BackupRef> recent(Duration age, Cancellation cancellation) {
        if (age.isZero()) {
            return Optional.empty();
        }
        List<Backup> backups = codeb.catalog()
                .in(repository)
                .list(BackupQuery.of(project.name()).since(Instant.now().minus(age)))
                .backups();
        return backups.stream()
                .filter(backup -> isWhole(backup.manifest()))
                .reduce((older, newer) -> newer)
                .map(Backup::ref)
                .filter(ref -> codeb.catalog().verify(ref, cancellation).ok());
    }

    private boolean isWhole(Manifest manifest) {
        Selection selection = manifest.selection();
        return manifest.database().name().equals(project.database())
                && selection.content() == Content.FULL
                && selection.include().isEmpty()
                && selection.exclude().isEmpty();
    }
}
