package io.codeb.json;

import io.codeb.Backup;
import io.codeb.Pin;
import io.codeb.model.BackupRef;
import io.codeb.model.Manifest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A backup.
 *
 * @param ref repository, project and id, with slashes between
 * @param repository which repository it is in
 * @param project whose
 * @param id its id
 * @param base the ref of the backup that it is told against; null for a full one
 * @param startedAt when it began
 * @param finishedAt when it was whole
 * @param engine the id of the database's kind
 * @param serverVersion the server's version, as the server says it
 * @param database its database's name
 * @param content what of it: {@code FULL}, {@code SCHEMA_ONLY} or {@code DATA_ONLY}
 * @param tables how many tables
 * @param records rows of all tables
 * @param rawSize bytes of the dump
 * @param storedSize bytes that it takes in the storage
 * @param encrypted whether a key is needed to read it
 * @param labels what was noted on it, by name
 * @param provenAt when a drill has last restored it; null where none has
 * @param pinnedBecause why it is pinned; null where it is not
 */
public record BackupView(
        String ref,
        String repository,
        String project,
        String id,
        @Nullable String base,
        Instant startedAt,
        Instant finishedAt,
        String engine,
        String serverVersion,
        String database,
        String content,
        int tables,
        long records,
        long rawSize,
        long storedSize,
        boolean encrypted,
        Map<String, String> labels,
        @Nullable Instant provenAt,
        @Nullable String pinnedBecause) {
    /**
     * Makes it of what the library answers.
     *
     * @param backup as the library has it
     * @return the same as JSON has it
     */
    public static BackupView of(Backup backup) {
        BackupRef ref = backup.ref();
        Manifest manifest = backup.manifest();
        return new BackupView(
                ref.toString(),
                ref.repository(),
                ref.project(),
                ref.id().value(),
                manifest.base().map(Object::toString).orElse(null),
                manifest.startedAt(),
                manifest.finishedAt(),
                manifest.engine().id(),
                manifest.engine().server().text(),
                manifest.database().name(),
                manifest.selection().content().name(),
                manifest.tables().size(),
                manifest.totalRows(),
                manifest.rawSize(),
                manifest.storedSize(),
                manifest.encrypted(),
                manifest.labels(),
                backup.provenAt().orElse(null),
                backup.pin().map(Pin::reason).orElse(null));
    }
}
