package io.codeb.spi.tool;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.WorkThread;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A program that is fed, while a thread of the session's own drains what it says line by line, so that neither ever
 * waits for the other: a database's client that loads a script of any length and is asked questions between its parts.
 *
 * <p>Used by one thread.
 */
public final class ToolSession implements AutoCloseable {
    /** How much of one line is kept, in bytes. */
    public static final int MAX_LINE_BYTES = 64 * 1024;

    /** How much of the lines that were kept may wait for {@link #next()}, in characters. */
    public static final int MAX_WAITING = 32 * 1024 * 1024;

    /** What a line costs beyond its characters. */
    private static final int LINE_OVERHEAD = 64;

    private static final long JOIN_SECONDS = 10;

    private final String program;
    private final ExecSession session;
    private final Predicate<String> kept;
    private final Cancellation cancellation;
    private final Cancellation.Registration registration;
    private final Thread drain;
    private final Object lock = new Object();
    private final Queue<Line> lines = new ArrayDeque<>();
    private long waiting;
    private boolean ended;
    private @Nullable RuntimeException failure;
    private boolean finished;

    private ToolSession(String program, ExecSession session, Predicate<String> kept, Cancellation cancellation) {
        this.program = program;
        this.session = session;
        this.kept = kept;
        this.cancellation = cancellation;
        this.drain = WorkThread.of(program, this::drain);
        this.registration = cancellation.onCancel(this::wake);
    }

    /**
     * A line of what the program said.
     *
     * @param text without its end, decoded as UTF-8 with replacement
     * @param whole whether that is all of it; else the rest is lost, since it was longer than {@link #MAX_LINE_BYTES}
     */
    public record Line(String text, boolean whole) {}

    /**
     * Starts a program.
     *
     * @param host where it runs
     * @param command the program, its arguments and its environment; its stdin is opened in any case
     * @param kept sees each line, cut where it is too long, on the session's thread and as soon as it is said; answers
     *     whether {@link #next()} is to answer it. What it throws ends the program and is its failure.
     * @param cancellation ends it early
     * @return the running program, to be closed
     * @throws CodeBException as {@link io.codeb.spi.runtime.ContainerRuntime#exec}
     */
    public static ToolSession start(
            ToolHost host, ExecSpec command, Predicate<String> kept, Cancellation cancellation) {
        String path = command.command().get(0);
        ExecSession session = host.runtime().exec(host.container(), command.withStdin(), cancellation);
        ToolSession started = new ToolSession(path.substring(path.lastIndexOf('/') + 1), session, kept, cancellation);
        try {
            started.drain.start();
        } catch (Error e) {
            // There are machines and users that can have no more threads.
            started.close();
            throw e;
        }
        return started;
    }

    /**
     * Feeds the program. Blocks while it is busy.
     *
     * @param input what it reads next; all of it
     * @throws CommandFailedException when it has ended with a status other than 0, also where the broken stream is seen
     *     first
     * @throws CodeBException when it has failed otherwise, or its input was cut
     */
    public void write(ByteBuffer input) {
        RuntimeException known = failure();
        if (known != null) {
            throw known;
        }
        try {
            session.stdin().write(input);
        } catch (CodeBException e) {
            throw whyItStopped(e);
        }
    }

    /**
     * Waits for the next line that is kept.
     *
     * @return the line; empty when the program is proven to have ended with status 0, then and ever after
     * @throws CodeBException when it has failed, behind the last line before that: as
     *     {@link ExecSession#stdout()} does, or {@code COMMAND_FAILED} when more than {@link #MAX_WAITING} was kept and
     *     not asked for
     */
    public Optional<Line> next() {
        synchronized (lock) {
            try {
                while (lines.isEmpty() && !ended) {
                    cancellation.throwIfCancelled();
                    lock.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ContainerException(
                        ErrorCode.EXEC_LOST, "interrupted while " + program + " was at work", "run it again", e);
            }
            Line line = lines.poll();
            if (line != null) {
                waiting -= cost(line);
                return Optional.of(line);
            }
            if (failure != null) {
                throw failure;
            }
            return Optional.empty();
        }
    }

    /**
     * Says that its input was all: the program sees the end of it. What it says can still be read.
     *
     * @throws CodeBException as {@link #write(ByteBuffer)}
     */
    public void finish() {
        finished = true;
        try {
            session.stdin().finish();
        } catch (CodeBException e) {
            throw whyItStopped(e);
        }
    }

    /**
     * Ends the session. A program whose input was not finished is killed before it can take its end for the end of the
     * input. Waits up to 10 s for the session's thread. Idempotent, never throws.
     */
    @Override
    public void close() {
        if (!finished) {
            session.stdin().abort(new IllegalStateException("the input of " + program + " did not come to its end"));
        }
        session.close();
        registration.close();
        join();
    }

    private CodeBException whyItStopped(CodeBException brokenStream) {
        join();
        return failure() instanceof CommandFailedException ended ? ended : brokenStream;
    }

    private void join() {
        try {
            drain.join(TimeUnit.SECONDS.toMillis(JOIN_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable RuntimeException failure() {
        synchronized (lock) {
            return failure;
        }
    }

    private void wake() {
        synchronized (lock) {
            lock.notifyAll();
        }
    }

    private void drain() {
        try (ByteSource stdout = session.stdout()) {
            readLines(stdout);
            end(null);
        } catch (RuntimeException e) {
            end(e);
        } catch (Error e) {
            // It must not look like an end: whoever waits would take it for a success.
            end(new EngineException(ErrorCode.COMMAND_FAILED, "what " + program + " says cannot be read", "", e));
        }
    }

    private void readLines(ByteSource stdout) {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_LINE_BYTES);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean whole = true;
        while (stdout.read(buffer.clear()) != ByteSource.END) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                if (next == '\n') {
                    take(new Line(line.toString(StandardCharsets.UTF_8), whole));
                    line.reset();
                    whole = true;
                } else if (line.size() < MAX_LINE_BYTES) {
                    line.write(next);
                } else {
                    whole = false;
                }
            }
        }
        if (line.size() > 0) {
            take(new Line(line.toString(StandardCharsets.UTF_8), whole));
        }
    }

    private void take(Line line) {
        if (!kept.test(line.text())) {
            return;
        }
        synchronized (lock) {
            waiting += cost(line);
            if (waiting > MAX_WAITING) {
                throw new EngineException(
                        ErrorCode.COMMAND_FAILED,
                        program + " says more than " + MAX_WAITING + " characters that nobody has asked for yet",
                        "check what it is where it runs");
            }
            lines.add(line);
            lock.notifyAll();
        }
    }

    private void end(@Nullable RuntimeException why) {
        synchronized (lock) {
            failure = why;
            ended = true;
            lock.notifyAll();
        }
    }

    private static long cost(Line line) {
        return line.text().length() + (long) LINE_OVERHEAD;
    }
}
