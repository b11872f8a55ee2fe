package io.codeb.deploy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import java.util.Objects;

/**
 * Why a step has failed.
 *
 * @param code for programs
 * @param message for people
 * @param hint what to do next; empty where there is nothing to say
 */
public record GuardFailure(ErrorCode code, String message, String hint) {
    /** Takes no null. */
    public GuardFailure {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(hint, "hint");
    }

    /**
     * What an exception says.
     *
     * @param failure any
     * @return its code, or {@code COMMAND_FAILED} where it has none
     */
    static GuardFailure of(Throwable failure) {
        return failure instanceof CodeBException known
                ? new GuardFailure(known.code(), String.valueOf(known.getMessage()), known.hint())
                : new GuardFailure(ErrorCode.COMMAND_FAILED, failure.toString(), "");
    }
}
