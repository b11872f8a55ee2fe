package io.codeb.json;

import io.codeb.deploy.RehearsalReport;
import java.util.List;

/**
 * What migrations did to a copy of the database.
 *
 * @param backup the ref of the backup that the copy was of
 * @param image of the container that the copy was in
 * @param migrations those that were run, in their order
 * @param tables in the order of their names
 * @param bytesBefore what the database took before
 * @param bytesAfter what it took after
 * @param lockPrecisionMs how far the times of locks can be off, in milliseconds
 * @param durationMs how long all of it took, in milliseconds
 */
public record RehearsalView(
        String backup,
        String image,
        List<RehearsedMigrationView> migrations,
        List<RehearsedTableView> tables,
        long bytesBefore,
        long bytesAfter,
        long lockPrecisionMs,
        long durationMs) {
    /**
     * Makes it of what codeb-deploy answers.
     *
     * @param report of a rehearsal
     * @return the same as JSON has it
     */
    public static RehearsalView of(RehearsalReport report) {
        return new RehearsalView(
                report.backup().toString(),
                report.image(),
                report.migrations().stream().map(RehearsedMigrationView::of).toList(),
                report.tables().stream().map(RehearsedTableView::of).toList(),
                report.bytesBefore(),
                report.bytesAfter(),
                report.lockPrecision().toMillis(),
                report.duration().toMillis());
    }
}
