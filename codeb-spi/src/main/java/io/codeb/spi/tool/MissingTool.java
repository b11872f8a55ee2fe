package io.codeb.spi.tool;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import java.util.Optional;

/** Tells a program that is not there from one that failed. */
public final class MissingTool {
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private MissingTool() {}

    /**
     * Finds out whether the program could be run at all.
     *
     * @param program its name, for the message
     * @param failure how the command came to nothing, as the runtime says
     * @return {@code TOOL_MISSING} with that failure as its cause; empty where the program is there
     */
    public static Optional<EngineException> in(String program, CodeBException failure) {
        boolean missing = failure instanceof CommandFailedException ended
                ? ended.exitStatus() == NOT_FOUND || ended.exitStatus() == NOT_EXECUTABLE
                : failure.code() == ErrorCode.EXEC_NOT_STARTED;
        return missing
                ? Optional.of(new EngineException(
                        ErrorCode.TOOL_MISSING,
                        program + " cannot be run where the database's programs are: " + failure.getMessage(),
                        "install " + program + " there, or set the project's tool directory",
                        failure))
                : Optional.empty();
    }
}
