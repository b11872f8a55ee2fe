package io.codeb.json;

import io.codeb.Backup;
import io.codeb.BackupResult;
import java.util.List;

/**
 * A backup that was made.
 *
 * @param backup the backup
 * @param notices what should be known
 * @param durationMillis how long it took
 */
public record BackedUp(BackupView backup, List<NoticeView> notices, long durationMillis) {
    /**
     * Makes it of a result.
     *
     * @param result what was made
     * @return the same as JSON has it
     */
    public static BackedUp of(BackupResult result) {
        return new BackedUp(
                BackupView.of(Backup.of(result.ref(), result.manifest())),
                NoticeView.of(result.notices()),
                result.duration().toMillis());
    }
}
