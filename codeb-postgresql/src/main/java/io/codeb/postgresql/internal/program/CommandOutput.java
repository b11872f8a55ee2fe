package io.codeb.postgresql.internal.program;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a command says that says little. */
public final class CommandOutput {
    private static final int MAX_BYTES = 1024 * 1024;

    private CommandOutput() {}

    public static String of(DatabaseTarget target, ExecSpec spec, Cancellation cancellation) {
        return of(target, spec, "", cancellation);
    }

    /**
     * Runs a command to its proven end.
     *
     * @param input what it reads; small enough to be written before anything is read
     * @return its stdout, decoded as UTF-8
     */
    public static String of(DatabaseTarget target, ExecSpec spec, String input, Cancellation cancellation) {
        ExecSpec started = input.isEmpty() ? spec : spec.withStdin();
        try (ExecSession session = target.runtime().exec(target.container(), started, cancellation)) {
            if (!input.isEmpty()) {
                session.stdin().write(ByteBuffer.wrap(input.getBytes(StandardCharsets.UTF_8)));
                session.stdin().finish();
            }
            ByteBuffer output = ByteBuffer.allocate(MAX_BYTES);
            while (session.stdout().read(output) != ByteSource.END) {
                if (!output.hasRemaining()) {
                    throw new EngineException(
                            ErrorCode.COMMAND_FAILED,
                            spec.command().get(0) + " says more than " + MAX_BYTES + " bytes",
                            "check what it is where it runs");
                }
            }
            return StandardCharsets.UTF_8.decode(output.flip()).toString();
        }
    }
}
