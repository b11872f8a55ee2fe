package io.codeb.deploy;

import io.codeb.error.CodeBException;
import java.util.stream.Collectors;

/** A rehearsal has shown what must not be done to the live database. Its code is that of the first failure. */
public final class RehearsalFailedException extends CodeBException {
    private static final long serialVersionUID = 1L;

    private final transient RehearsalReport report;

    /** Takes a report with a failure. */
    RehearsalFailedException(RehearsalReport report) {
        super(
                report.failures().get(0).code(),
                "the rehearsal of " + report.project() + " failed: "
                        + report.failures().stream().map(GuardFailure::message).collect(Collectors.joining("; ")),
                report.failures().get(0).hint(),
                null);
        this.report = report;
    }

    /**
     * What was found.
     *
     * @return the report
     */
    public RehearsalReport report() {
        return report;
    }
}
