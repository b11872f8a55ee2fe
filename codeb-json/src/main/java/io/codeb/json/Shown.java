package io.codeb.json;

import io.codeb.Backup;
import java.util.List;

/**
 * A backup and what is in it.
 *
 * @param backup the backup
 * @param entries its streams
 * @param tables its tables
 */
public record Shown(BackupView backup, List<EntryView> entries, List<TableView> tables) {
    /**
     * Makes it of a backup.
     *
     * @param backup as the catalog lists it
     * @return the same as JSON has it
     */
    public static Shown of(Backup backup) {
        return new Shown(
                BackupView.of(backup),
                backup.manifest().entries().stream().map(EntryView::of).toList(),
                TableView.of(backup.manifest().tables()));
    }
}
