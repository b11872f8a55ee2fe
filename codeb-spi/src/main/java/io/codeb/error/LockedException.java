package io.codeb.error;

/** Another run holds what this one needs. */
public final class LockedException extends CodeBException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what is held, and by whom as far as it is known
     * @param hint what to do next
     */
    public LockedException(String message, String hint) {
        super(ErrorCode.LOCKED, message, hint, null);
    }
}
