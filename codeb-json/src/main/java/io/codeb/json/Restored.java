package io.codeb.json;

import io.codeb.RestoreResult;
import io.codeb.model.BackupRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database that was restored.
 *
 * @param backup the ref of what was restored; null for a dump of others
 * @param project on whose server
 * @param database its name
 * @param serverVersion the server's version
 * @param tables rows as they were counted there
 * @param records rows of all tables
 * @param notices what should be known
 * @param replaced what was replaced and is kept; null where nothing is
 * @param safetyBackup the ref of the backup that was made before; null where none was
 * @param durationMillis how long it took
 */
public record Restored(
        @Nullable String backup,
        String project,
        String database,
        String serverVersion,
        List<TableView> tables,
        long records,
        List<NoticeView> notices,
        @Nullable KeptView replaced,
        @Nullable String safetyBackup,
        long durationMillis) {
    /**
     * Makes it of a result.
     *
     * @param result what was restored
     * @return the same as JSON has it
     */
    public static Restored of(RestoreResult result) {
        return new Restored(
                result.backup().map(BackupRef::toString).orElse(null),
                result.project(),
                result.database(),
                result.server().text(),
                TableView.of(result.tables()),
                result.totalRows(),
                NoticeView.of(result.notices()),
                result.replaced().map(KeptView::of).orElse(null),
                result.safetyBackup().map(BackupRef::toString).orElse(null),
                result.duration().toMillis());
    }
}
