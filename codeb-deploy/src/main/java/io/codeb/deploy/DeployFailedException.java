package io.codeb.deploy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;

/** A deployment failed; the report says what came of it. Its code is that of the first failure. */
public final class DeployFailedException extends CodeBException {
    private static final long serialVersionUID = 1L;

    private final transient DeployReport report;

    /**
     * Makes the exception.
     *
     * @param report what was done
     * @param cause the first failure
     */
    DeployFailedException(DeployReport report, Throwable cause) {
        super(
                report.failure().map(GuardFailure::code).orElse(ErrorCode.COMMAND_FAILED),
                message(report),
                hint(report),
                cause);
        this.report = report;
    }

    private static String message(DeployReport report) {
        return "the deployment of " + report.project() + " failed"
                + switch (report.outcome()) {
                    case RELEASED -> ", and the new version serves: ";
                    case UNDONE -> " and was undone: ";
                    case UNFINISHED ->
                        report.release().isPresent()
                                ? ", the new version serves, and what was before it has not ended: "
                                : ", and is not undone: ";
                }
                + report.failure().map(GuardFailure::message).orElse("");
    }

    private static String hint(DeployReport report) {
        String hint = report.failure().map(GuardFailure::hint).orElse("");
        return report.outcome() == DeployReport.Outcome.UNDONE
                ? hint
                : (hint.isEmpty() ? "" : hint + "; ") + "recover(…) finishes or undoes it";
    }

    /**
     * What was done, and what came of it.
     *
     * @return the report
     */
    public DeployReport report() {
        return report;
    }
}
