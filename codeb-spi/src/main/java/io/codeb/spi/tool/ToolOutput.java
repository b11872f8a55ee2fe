package io.codeb.spi.tool;

import io.codeb.error.CodeBException;
import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a program says that says little: it has a limit to come to its proven end, and its stdout is kept in memory. */
public final class ToolOutput {
    /** How much a program may say, in bytes. */
    public static final int MAX_BYTES = 1024 * 1024;

    private static final int BUFFER_BYTES = 16 * 1024;

    private ToolOutput() {}

    /**
     * Runs a program that reads nothing.
     *
     * @param host where it runs
     * @param command the program, its arguments and its environment
     * @param limit how long it may take to its end, from before it is started; more than zero
     * @param cancellation ends it early
     * @return its stdout, decoded as UTF-8 with replacement
     * @throws EngineException {@code COMMAND_FAILED} when it says more than {@link #MAX_BYTES}; it is killed then
     * @throws ContainerException {@code EXEC_TIMEOUT} when it has not ended within its limit; it is killed then
     * @throws CodeBException as {@link ExecSession#stdout()} when its end with status 0 is not proven
     */
    public static String read(ToolHost host, ExecSpec command, Duration limit, Cancellation cancellation) {
        try (TimedCancellation timed = new TimedCancellation(cancellation, limit)) {
            try {
                return read(host, command, timed.cancellation());
            } catch (CodeBException e) {
                throw timed.isOver() ? late(command, limit, e) : e;
            }
        }
    }

    private static ContainerException late(ExecSpec command, Duration limit, CodeBException how) {
        return new ContainerException(
                ErrorCode.EXEC_TIMEOUT,
                command.command().get(0) + " has not ended within " + TimedCancellation.text(limit) + " and was killed",
                "look at what it waits for where it runs: a machine, a container or a file system that stands still",
                how);
    }

    private static String read(ToolHost host, ExecSpec command, Cancellation cancellation) {
        try (ExecSession session = host.runtime().exec(host.container(), command, cancellation)) {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            while (session.stdout().read(buffer.clear()) != ByteSource.END) {
                output.write(buffer.array(), 0, buffer.position());
                if (output.size() > MAX_BYTES) {
                    throw new EngineException(
                            ErrorCode.COMMAND_FAILED,
                            command.command().get(0) + " says more than " + MAX_BYTES + " bytes",
                            "check what it is where it runs");
                }
            }
            return output.toString(StandardCharsets.UTF_8);
        }
    }
}
