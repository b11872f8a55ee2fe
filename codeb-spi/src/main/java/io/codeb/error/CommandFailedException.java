package io.codeb.error;

/** A command is proven to have ended with a status other than 0. */
public final class CommandFailedException extends CodeBException {
    private static final long serialVersionUID = 1L;

    private final int exitStatus;
    private final String stderrTail;

    /**
     * Makes the exception.
     *
     * @param program the command's first word
     * @param exitStatus how it ended, 1 to 255
     * @param stderrTail the last of what it wrote to stderr
     */
    public CommandFailedException(String program, int exitStatus, String stderrTail) {
        super(
                ErrorCode.COMMAND_FAILED,
                program + " ended with status " + exitStatus + (stderrTail.isBlank() ? "" : ": " + stderrTail.strip()),
                "",
                null);
        this.exitStatus = exitStatus;
        this.stderrTail = stderrTail;
    }

    /**
     * How the command ended.
     *
     * @return 1 to 255; 128 and the signal's number for a command that was killed
     */
    public int exitStatus() {
        return exitStatus;
    }

    /**
     * The last of what the command wrote to stderr.
     *
     * @return as the command wrote it
     */
    public String stderrTail() {
        return stderrTail;
    }
}
