package io.codeb.error;

/** The caller cancelled the run. Nothing of it is left behind. */
public final class CancelledException extends CodeBException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param reason why, in the canceller's words
     */
    public CancelledException(String reason) {
        super(ErrorCode.CANCELLED, "cancelled: " + reason, "", null);
    }
}
