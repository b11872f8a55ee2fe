package io.codeb.error;

import org.jspecify.annotations.Nullable;

/** Something read is not what was written: cut, changed, or never a backup at all. */
public final class IntegrityException extends CodeBException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param code what went wrong, for programs
     * @param message what went wrong, for people
     * @param hint what to do next, or an empty string
     */
    public IntegrityException(ErrorCode code, String message, String hint) {
        this(code, message, hint, null);
    }

    /**
     * Makes the exception.
     *
     * @param code what went wrong, for programs
     * @param message what went wrong, for people
     * @param hint what to do next, or an empty string
     * @param cause the exception underneath
     */
    public IntegrityException(ErrorCode code, String message, String hint, @Nullable Throwable cause) {
        super(code, message, hint, cause);
    }
}
