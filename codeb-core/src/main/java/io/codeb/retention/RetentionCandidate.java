package io.codeb.retention;

import io.codeb.model.BackupId;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/**
 * What a policy looks at of one backup.
 *
 * @param id which
 * @param startedAt when it began, by the clock of whoever made it
 * @param storedBytes what it takes in the storage; not negative
 * @param base the backup that it cannot be read without; empty where it stands alone
 * @param standing whether it is good, as far as anybody knows
 * @param pinned whether somebody has said that it stays
 */
public record RetentionCandidate(
        BackupId id, Instant startedAt, long storedBytes, Optional<BackupId> base, Standing standing, boolean pinned) {
    /** The oldest first; of those of one moment the id decides, so that no order of a listing does. */
    static final Comparator<RetentionCandidate> BY_AGE =
            Comparator.comparing(RetentionCandidate::startedAt).thenComparing(RetentionCandidate::id);

    /** What is known of a backup's health. */
    public enum Standing {
        /** A drill has restored it. */
        PROVEN,
        /** It is whole, as far as its manifest says, and no drill has proven or refuted it. */
        UNPROVEN,
        /** A drill has failed on it. */
        REFUTED,
        /** Its manifest cannot be read, as it is damaged or of a newer version, or its signature is not believed. */
        UNREADABLE
    }

    /** Takes no null, and no size below nothing. */
    public RetentionCandidate {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(base, "base");
        Objects.requireNonNull(standing, "standing");
        if (storedBytes < 0) {
            throw new IllegalArgumentException("a backup has no size of " + storedBytes + " bytes");
        }
    }
}
