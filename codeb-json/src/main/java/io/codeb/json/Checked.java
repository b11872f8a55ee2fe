package io.codeb.json;

import io.codeb.CheckReport;
import io.codeb.PreflightReport;
import java.util.List;

/**
 * What checks have found.
 *
 * @param ok whether nothing stands in the way
 * @param subjects each that was looked at
 */
public record Checked(boolean ok, List<CheckedSubject> subjects) {
    /**
     * Makes it of the checks of all that is configured.
     *
     * @param report what they have found
     * @return the same as JSON has it
     */
    public static Checked of(CheckReport report) {
        return new Checked(
                report.ok(), report.subjects().stream().map(CheckedSubject::of).toList());
    }

    /**
     * Makes it of the checks before backups or restores.
     *
     * @param reports what they have found
     * @return the same as JSON has it
     */
    public static Checked of(List<PreflightReport> reports) {
        return new Checked(
                reports.stream().allMatch(PreflightReport::ok),
                reports.stream().map(CheckedSubject::of).toList());
    }
}
