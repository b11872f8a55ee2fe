package io.codeb.error;

import org.jspecify.annotations.Nullable;

/** An alert was not delivered. */
public final class AlertException extends CodeBException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param code {@code ALERT_REFUSED} or {@code ALERT_UNDELIVERED}
     * @param message what went wrong, for people; no address, which may be a secret
     * @param hint what to do next, or an empty string
     */
    public AlertException(ErrorCode code, String message, String hint) {
        this(code, message, hint, null);
    }

    /**
     * Makes the exception.
     *
     * @param code {@code ALERT_REFUSED} or {@code ALERT_UNDELIVERED}
     * @param message what went wrong, for people; no address, which may be a secret
     * @param hint what to do next, or an empty string
     * @param cause the exception underneath; no secret is in it
     */
    public AlertException(ErrorCode code, String message, String hint, @Nullable Throwable cause) {
        super(code, message, hint, cause);
    }
}
