package io.codeb.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The base of every exception that CodeB throws on purpose. Messages and hints never hold secrets. */
public abstract class CodeBException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String hint;

    /**
     * Makes the exception.
     *
     * @param code what went wrong, for programs
     * @param message what went wrong, for people: what was tried, on what, and the cause in a few words
     * @param hint what to do next, one sentence; empty where there is nothing to say
     * @param cause the exception underneath
     */
    protected CodeBException(ErrorCode code, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code);
        this.hint = Objects.requireNonNull(hint);
    }

    /**
     * What went wrong, for programs.
     *
     * @return the stable code
     */
    public ErrorCode code() {
        return code;
    }

    /**
     * What to do next, for people.
     *
     * @return one sentence, or an empty string
     */
    public String hint() {
        return hint;
    }

    /**
     * Whether the same call can succeed later with nothing mended.
     *
     * @return true where a retry can help
     */
    public boolean retryable() {
        return code.retryable();
    }

    /** The type, the code, the message and the hint: whoever reads only a stack trace has all of them. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // the message alone goes into the text of others
    public String toString() {
        return getClass().getName() + ": " + code + ": " + getMessage() + (hint.isEmpty() ? "" : " (" + hint + ")");
    }
}
