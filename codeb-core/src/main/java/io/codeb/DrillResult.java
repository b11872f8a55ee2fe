package io.codeb;

import io.codeb.model.BackupRef;
import io.codeb.model.Notice;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableRows;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A backup that was restored in a drill, and proven.
 *
 * @param backup which
 * @param finishedAt when it was proven
 * @param image the image of the server that it was restored into
 * @param imageId the image's id, which names exactly this content
 * @param server the server's version
 * @param tables rows by table, counted in the restored database and compared with what is on record
 * @param checksums of how many tables the contents were compared by the checksums of the backup, and not only their
 *     rows counted
 * @param notices what did not stop the drill and the caller should know, in the order of its happening
 * @param duration how long it took, from the first look at the backup until the container was gone
 */
public record DrillResult(
        BackupRef backup,
        Instant finishedAt,
        String image,
        String imageId,
        ServerVersion server,
        List<TableRows> tables,
        int checksums,
        List<Notice> notices,
        Duration duration) {
    /** Copies the lists. */
    public DrillResult {
        tables = List.copyOf(tables);
        notices = List.copyOf(notices);
    }

    /**
     * How many rows were restored.
     *
     * @return the sum over all tables
     */
    public long totalRows() {
        return tables.stream().mapToLong(TableRows::rows).sum();
    }
}
