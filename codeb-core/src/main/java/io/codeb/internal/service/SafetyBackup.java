package io.codeb.internal.service;

import io.codeb.BackupRequest;
import io.codeb.BackupService;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.Manifest;
import io.codeb.model.RestoreMode;
import io.codeb.model.Selection;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A backup of what a restore replaces or empties. Thread-safe. */
record SafetyBackup(Repositories repositories, BackupService backups) {
    private static final Logger LOG = LoggerFactory.getLogger(SafetyBackup.class);
    private static final String LABEL = "safety";

    /** So many backups are looked through: more would be older, and as long a search. */
    private static final int LOOKED_THROUGH = 10;

    /** Refuses what would be a backup of another database than the project's, among those of the project. */
    static void requireThatItCanBeMade(RestoreRequest request, Project project, String database) {
        if (request.safetyBackup().isPresent() && request.mode() == RestoreMode.NEW) {
            throw new ConfigException(
                    "a restore into a new database replaces nothing that a safety backup could be made of",
                    "say replacing() or emptying(), or leave the safety backup out");
        }
        if (request.safetyBackup().isPresent() && !database.equals(project.database())) {
            throw new ConfigException(
                    "a safety backup is one of project " + project.name() + ", whose database is " + project.database()
                            + " and not " + database,
                    "configure a project for database " + database + ", and restore on that");
        }
    }

    /**
     * Finds one that is recent enough, or makes one.
     *
     * @param run the id of the restore
     * @param now by the clock that backups are dated by
     * @return empty where none is wanted, and where there is no database to replace
     */
    Optional<BackupRef> of(
            RestoreRequest request, Project project, String run, Instant now, Cancellation cancellation) {
        Optional<Duration> wanted = request.safetyBackup();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        Optional<BackupRef> found = recent(project, wanted.get(), now);
        if (found.isPresent()) {
            LOG.info("backup {} of {} is recent enough for a safety backup", found.get(), project.name());
            return found;
        }
        try {
            return Optional.of(backups.run(BackupRequest.of(project.name()).label(LABEL, run), cancellation)
                    .ref());
        } catch (EngineException e) {
            if (e.code() == ErrorCode.DATABASE_NOT_FOUND && request.mode() == RestoreMode.REPLACING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Optional<BackupRef> recent(Project project, Duration age, Instant now) {
        if (age.isZero()) {
            return Optional.empty();
        }
        BackupStore store = repositories.first();
        return store.newest(project.name(), LOOKED_THROUGH).stream()
                .filter(manifest -> isWhole(manifest, project) && isWithin(manifest, age, now))
                .findFirst()
                .map(manifest -> store.ref(manifest.project(), manifest.id()));
    }

    private static boolean isWhole(Manifest manifest, Project project) {
        Selection selection = manifest.selection();
        return manifest.database().name().equals(project.database())
                && selection.content() == Content.FULL
                && selection.include().isEmpty()
                && selection.exclude().isEmpty();
    }

    /** One that is of the future tells nothing of its age. */
    private static boolean isWithin(Manifest manifest, Duration age, Instant now) {
        Duration since = Duration.between(manifest.startedAt(), now);
        return !since.isNegative() && since.compareTo(age) <= 0;
    }
}
