package io.codeb;

import io.codeb.error.CheckFailedException;
import io.codeb.error.Finding;
import java.time.Duration;
import java.util.List;

/**
 * What the checks before a run have found. docs/checks.md says what each finding means.
 *
 * @param subject what would be run, for example {@code backup of shop}
 * @param findings all of them, as far as they are lowered by the {@linkplain BackupRequest#lower backup's} or the
 *     {@linkplain RestoreRequest#lower restore's} request
 * @param duration how long it took
 */
public record PreflightReport(String subject, List<Finding> findings, Duration duration) {
    /** Copies the list. */
    public PreflightReport {
        findings = List.copyOf(findings);
    }

    /**
     * Whether the run would begin.
     *
     * @return true when no finding is an error
     */
    public boolean ok() {
        return at(Finding.Severity.ERROR).isEmpty();
    }

    /**
     * The findings of one severity.
     *
     * @param severity which
     * @return in the order in which they were found
     */
    public List<Finding> at(Finding.Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .toList();
    }

    /**
     * For whoever does not go on with what is wrong.
     *
     * @throws CheckFailedException when a finding is an error, as the run itself would throw it
     */
    public void requireOk() {
        if (!ok()) {
            throw new CheckFailedException(subject, findings);
        }
    }
}
