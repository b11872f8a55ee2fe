package io.codeb;

import io.codeb.model.BackupRef;
import io.codeb.model.Notice;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableRows;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A database that was restored and compared with its backup.
 *
 * @param backup what was restored; empty for a dump that CodeB did not write
 * @param project on whose server
 * @param database its name
 * @param server the server's version
 * @param tables rows by table, counted in the restored database
 * @param notices what did not stop the restore and the caller should know, in the order of its happening
 * @param checksums of how many tables the contents were compared by the checksums of the backup, and not only their
 *     rows counted; 0 where it has none, and where that was not wanted
 * @param replaced what was replaced and is kept; empty where nothing was, or it was dropped
 * @param safetyBackup the backup of what was replaced or emptied, made or found before; empty where none was wanted,
 *     and where nothing was there
 * @param duration how long it took
 */
public record RestoreResult(
        Optional<BackupRef> backup,
        String project,
        String database,
        ServerVersion server,
        List<TableRows> tables,
        List<Notice> notices,
        int checksums,
        Optional<ReplacedDatabase> replaced,
        Optional<BackupRef> safetyBackup,
        Duration duration) {
    /** Copies the lists. */
    public RestoreResult {
        tables = List.copyOf(tables);
        notices = List.copyOf(notices);
    }

    /**
     * How many rows it holds.
     *
     * @return the sum over all tables
     */
    public long totalRows() {
        return tables.stream().mapToLong(TableRows::rows).sum();
    }
}
