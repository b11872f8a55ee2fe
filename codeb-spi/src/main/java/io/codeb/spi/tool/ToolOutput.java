package io.codeb.spi.tool;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a program says that says little: it is run to its proven end, and its stdout is kept in memory. */
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
     * @param cancellation ends it early
     * @return its stdout, decoded as UTF-8 with replacement
     * @throws EngineException {@code COMMAND_FAILED} when it says more than {@link #MAX_BYTES}; it is killed then
     * @throws io.codeb.error.CodeBException as {@link ExecSession#stdout()} when its end with status 0 is not proven
     */
    public static String read(ToolHost host, ExecSpec command, Cancellation cancellation) {
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
