package io.codeb.deploy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;

/** A deployment failed; the report says what became of the database. Its code is that of the first failure. */
public final class GuardFailedException extends CodeBException {
    private static final long serialVersionUID = 1L;

    private final transient GuardReport report;

    /**
     * Makes the exception.
     *
     * @param report what was done
     * @param cause the first failure
     */
    GuardFailedException(GuardReport report, Throwable cause) {
        super(code(report), message(report), hint(report), cause);
        this.report = report;
    }

    private static ErrorCode code(GuardReport report) {
        return report.failure().map(GuardFailure::code).orElse(ErrorCode.COMMAND_FAILED);
    }

    private static String message(GuardReport report) {
        return "the deployment of " + report.project() + " failed, its database is "
                + switch (report.outcome()) {
                    case KEPT -> "kept";
                    case UNTOUCHED -> "untouched";
                    case ROLLED_BACK -> "rolled back";
                    case LEFT -> "left as the failure has left it";
                }
                + ": " + report.failure().map(GuardFailure::message).orElse("");
    }

    private static String hint(GuardReport report) {
        String hint = report.failure().map(GuardFailure::hint).orElse("");
        return report.outcome() == GuardReport.Outcome.LEFT
                ? (hint.isEmpty() ? "" : hint + "; ")
                        + "look at the report, then recover(…) rolls back, or accept(…) takes the database as it is"
                : hint;
    }

    /**
     * What was done, and what became of the database.
     *
     * @return the report
     */
    public GuardReport report() {
        return report;
    }
}
