package io.codeb.json;

import io.codeb.CheckReport;
import io.codeb.PreflightReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a check has found of one subject.
 *
 * @param name what was looked at
 * @param proven what was proven, for people
 * @param findings what should be known of it
 * @param problem what kept it from being proven; null where nothing did
 */
public record CheckedSubject(
        String name,
        List<String> proven,
        List<FindingView> findings,
        @Nullable ErrorView problem) {
    /**
     * Makes it of what the library answers.
     *
     * @param subject which of several
     * @return the same as JSON has it
     */
    public static CheckedSubject of(CheckReport.Subject subject) {
        return new CheckedSubject(
                subject.name(),
                subject.proven(),
                List.of(),
                subject.failure().map(ErrorView::of).orElse(null));
    }

    /**
     * Makes it of the checks before a backup or a restore.
     *
     * @param report what they have found
     * @return the same as JSON has it
     */
    public static CheckedSubject of(PreflightReport report) {
        return new CheckedSubject(
                report.subject(),
                List.of(),
                report.findings().stream().map(FindingView::of).toList(),
                null);
    }
}
