package io.codeb.error;

import org.jspecify.annotations.Nullable;

/** The database, or one of its programs, refused or failed. */
public final class EngineException extends CodeBException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param code what went wrong, for programs
     * @param message what went wrong, for people
     * @param hint what to do next, or an empty string
     */
    public EngineException(ErrorCode code, String message, String hint) {
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
    public EngineException(ErrorCode code, String message, String hint, @Nullable Throwable cause) {
        super(code, message, hint, cause);
    }
}
