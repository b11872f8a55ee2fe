package io.codeb.status;

import io.codeb.model.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A backup, as far as a status tells of it.
 *
 * @param id which
 * @param startedAt when it began
 * @param duration how long it took
 * @param rawBytes what was dumped
 * @param storedBytes what it takes in the storage
 * @param rows how many rows it holds
 * @param provenAt when a drill has proven it last; empty where none has, or it has failed in one since
 */
public record KnownBackup(
        BackupId id,
        Instant startedAt,
        Duration duration,
        long rawBytes,
        long storedBytes,
        long rows,
        Optional<Instant> provenAt) {
    /** Takes no null. */
    public KnownBackup {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(duration, "duration");
        Objects.requireNonNull(provenAt, "provenAt");
    }
}
