package io.codeb.spi.runtime;

import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;

/**
 * A running command. One thread may read {@link #stdout()} while another writes {@link #stdin()}; stderr is kept as a
 * bounded tail at all times, whoever reads what. Whoever feeds much to stdin must let a second thread read stdout, or a
 * command that talks back stalls.
 */
public interface ExecSession extends AutoCloseable {
    /**
     * The command's output. Answers the end only when the command is proven to have ended with status 0; any other end
     * throws: {@link io.codeb.error.CommandFailedException} for a status that is proven and
     * not 0, {@link io.codeb.error.ContainerException} {@code EXEC_LOST} where the connection broke or nothing proves
     * how it ended, {@code EXEC_IDLE} when the watchdog bit, {@code EXEC_NOT_STARTED} when there is no such command.
     *
     * @return one source for the whole session, read by one thread at a time; closing it kills the command if it still
     *     runs
     */
    ByteSource stdout();

    /**
     * The command's input. {@code finish()} closes it so that the command sees the end of the file; {@code abort()}
     * kills the command first, because an end of file could let it commit half of its work.
     *
     * @return one sink for the whole session; its writes throw as {@link #stdout()} does once the command has ended
     * @throws IllegalStateException when the command was started without {@link ExecSpec#withStdin()}
     */
    ByteSink stdin();

    /**
     * The last of what the command wrote to stderr so far, decoded as UTF-8 with replacement.
     *
     * @return at most {@link ExecSpec#stderrLimit()} bytes' worth
     */
    String stderrTail();

    /**
     * Reads stdout to its end, discarding it, and answers the proven exit status.
     *
     * @return 0 to 255
     * @throws io.codeb.error.ContainerException as {@link #stdout()}, but not for a status other than 0
     */
    int await();

    /** Kills the command if it still runs, in the container too, and ends the session. Idempotent, never throws. */
    @Override
    void close();
}
