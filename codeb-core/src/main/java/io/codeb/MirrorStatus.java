package io.codeb;

import io.codeb.error.CodeBException;
import io.codeb.model.BackupRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a mirror is, of one project. A mirror lacks what is newer than the newest backup that it has; what it has
 * lost or deleted of older ones is its own affair.
 *
 * @param mirror the repository that should have them
 * @param missing the backups that it lacks, as they are called where they are, the oldest first
 * @param problem why the first of them could not be copied, or why it cannot be told what is missing; null where
 *     nothing was tried, or nothing failed
 */
public record MirrorStatus(
        String mirror, List<BackupRef> missing, @Nullable CodeBException problem) {
    /** Copies the list. */
    public MirrorStatus {
        missing = List.copyOf(missing);
    }

    /**
     * Whether it lags.
     *
     * @return true when it lacks something, or nobody can tell
     */
    public boolean isBehind() {
        return !missing.isEmpty() || problem != null;
    }
}
