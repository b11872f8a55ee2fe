package io.codeb.json;

import io.codeb.VerifyReport;
import java.util.List;

/**
 * What reading a backup whole has found.
 *
 * @param backup its ref
 * @param ok whether it is as it was written
 * @param decoded whether it was decoded, too; false where no key is here
 * @param problems what is wrong, for people
 * @param orphans keys that lie there and belong to nothing
 * @param bytesRead from the storage
 * @param durationMillis how long it took
 */
public record VerifiedBackup(
        String backup,
        boolean ok,
        boolean decoded,
        List<String> problems,
        List<String> orphans,
        long bytesRead,
        long durationMillis) {
    /**
     * Makes it of a report.
     *
     * @param report what was found
     * @return the same as JSON has it
     */
    public static VerifiedBackup of(VerifyReport report) {
        return new VerifiedBackup(
                report.backup().toString(),
                report.ok(),
                report.decoded(),
                report.problems(),
                report.orphans(),
                report.bytesRead(),
                report.duration().toMillis());
    }
}
