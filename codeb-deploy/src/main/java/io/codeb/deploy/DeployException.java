package io.codeb.deploy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/** A migration or a probe failed, or a deployment before this one is not finished. */
public final class DeployException extends CodeBException {
    private static final long serialVersionUID = 1L;

    private final boolean untouched;

    /**
     * Makes the exception of something that may have changed the database.
     *
     * @param code what went wrong, for programs
     * @param message what went wrong, for people
     * @param hint what to do next, or an empty string
     * @param cause the exception underneath, or null
     */
    public DeployException(ErrorCode code, String message, String hint, @Nullable Throwable cause) {
        this(code, message, hint, cause, false);
    }

    private DeployException(ErrorCode code, String message, String hint, @Nullable Throwable cause, boolean untouched) {
        super(code, message, hint, cause);
        this.untouched = untouched;
    }

    /** A tool that migrates has failed. */
    static DeployException ofMigration(String why, String hint) {
        return new DeployException(ErrorCode.MIGRATION_FAILED, why, hint, null);
    }

    /**
     * Says that the database is as it was before, for sure: then nothing is rolled back on account of this.
     *
     * @return the same failure
     */
    public DeployException beforeAnyChange() {
        DeployException same = new DeployException(code(), String.valueOf(getMessage()), hint(), getCause(), true);
        same.setStackTrace(getStackTrace());
        return same;
    }

    /**
     * Whether the database is as it was before, for sure.
     *
     * @return false where nobody can tell
     */
    public boolean untouched() {
        return untouched;
    }
}
