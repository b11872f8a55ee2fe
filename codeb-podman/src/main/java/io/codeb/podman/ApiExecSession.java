package io.codeb.podman;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.WorkThread;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A command in a container. A thread of its own, the pump, takes the connection apart at all times, so that stderr
 * never stalls anybody, and sees to limits; callers only ever wait for the pump or for the connection to take their
 * bytes.
 *
 * <p>The first outcome counts. Whoever ends a session early sets the outcome, kills, and only then closes the
 * connection: closed first, it would look like the end of the input to the command.
 */
final class ApiExecSession implements ExecSession {
    /** The status of a process that SIGKILL ended: what stopping a container does in the end. */
    private static final int KILLED = 137;

    private static final int WIRE_BUFFER = 128 * 1024;
    /** How long a writer whose connection is gone waits for the pump to find out why. */
    private static final Duration REASON_LIMIT = Duration.ofSeconds(15);
    /** How often a blocked writer looks whether the session has ended. */
    private static final Duration WRITE_SLICE = Duration.ofSeconds(1);

    private final ContainerApi api;
    private final String container;
    private final String id;
    private final ExecSpec spec;
    private final ProvenCommand proof;
    private final ExecLimits limits;
    private final Cancellation cancellation;
    private final Wire wire;
    private final Consumer<ApiExecSession> onEnd;

    private final FrameReader frames = new FrameReader();
    private final TrailerHold hold;
    private final StdoutPipe pipe = new StdoutPipe();
    private final StderrTail stderr;
    private final ByteSource stdout = new Stdout();
    private final Stdin stdin = new Stdin();
    private final AtomicReference<@Nullable ExecOutcome> outcome = new AtomicReference<>();
    private final CountDownLatch settled = new CountDownLatch(1);
    private final Object killing = new Object();
    private final Thread pump;
    private Cancellation.Registration registration = () -> {};
    private final AtomicBoolean inputEnded = new AtomicBoolean();
    private boolean killed;
    private String broken = "";
    private volatile long lastByte = System.nanoTime();

    private ApiExecSession(
            ContainerApi api,
            String container,
            String id,
            ExecSpec spec,
            ProvenCommand proof,
            ExecLimits limits,
            Cancellation cancellation,
            ExecStream stream,
            Consumer<ApiExecSession> onEnd) {
        this.api = api;
        this.container = container;
        this.id = id;
        this.spec = spec;
        this.proof = proof;
        this.limits = limits;
        this.cancellation = cancellation;
        this.wire = stream.wire();
        this.onEnd = onEnd;
        this.hold = proof.hold();
        this.stderr = new StderrTail(proof.nonce(), spec.stderrLimit());
        this.pump = WorkThread.of("exec", () -> pump(stream.early()));
    }

    /** Takes a command's connection over, and sees to its end. */
    static ApiExecSession over(
            ContainerApi api,
            String container,
            String id,
            ExecSpec spec,
            ProvenCommand proof,
            ExecLimits limits,
            Cancellation cancellation,
            ExecStream stream,
            Consumer<ApiExecSession> onEnd) {
        ApiExecSession session =
                new ApiExecSession(api, container, id, spec, proof, limits, cancellation, stream, onEnd);
        session.pump.start();
        session.registration = cancellation.onCancel(session::cancelled);
        return session;
    }

    @Override
    public ByteSource stdout() {
        return stdout;
    }

    @Override
    public ByteSink stdin() {
        if (!spec.stdin()) {
            throw new IllegalStateException("the command was started without stdin");
        }
        return stdin;
    }

    @Override
    public String stderrTail() {
        return stderr.text();
    }

    @Override
    public int await() {
        try {
            ByteBuffer discarded = ByteBuffer.allocate(64 * 1024);
            while (pipe.read(discarded.clear()) != StdoutPipe.FINISHED) {
                // Only how it ends is of interest.
            }
            settled.await();
        } catch (InterruptedException e) {
            throw interrupted();
        }
        ExecOutcome how = settledOutcome();
        if (how instanceof ExecOutcome.Ended ended) {
            return ended.status();
        }
        throw ((ExecOutcome.Failed) how).failure().get();
    }

    @Override
    public void close() {
        end(lost("the session was closed before the command had ended", ""));
        registration.close();
        boolean interrupted = false;
        while (pump.isAlive()) {
            try {
                pump.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        onEnd.accept(this);
    }

    /** On the canceller's thread, which must not wait for a kill. */
    private void cancelled() {
        if (settle(new ExecOutcome.Failed(false, this::cancelledFailure))) {
            WorkThread.of("exec-kill", this::killAndHangUp).start();
        }
    }

    private CodeBException cancelledFailure() {
        try {
            cancellation.throwIfCancelled();
        } catch (CancelledException e) {
            return e;
        }
        return new CancelledException("the run was given up");
    }

    /**
     * Ends the session early, if it has not ended; when this returns, the command is dead as far as that can be done.
     */
    private void end(ExecOutcome early) {
        settle(early);
        killAndHangUp();
    }

    private boolean settle(ExecOutcome how) {
        boolean first = outcome.compareAndSet(null, how);
        if (first) {
            if (how instanceof ExecOutcome.Failed) {
                pipe.discard();
            }
            pipe.finish();
            settled.countDown();
        }
        return first;
    }

    private void killAndHangUp() {
        synchronized (killing) {
            boolean nothingRuns = settledOutcome() instanceof ExecOutcome.Failed failed ? failed.nothingRuns() : true;
            if (!nothingRuns && !killed) {
                killed = true;
                Optional<String> pid = awaitPid();
                new ExecKill(api, container, limits.killing())
                        .kill(proof.nonce(), pid, spec.user().orElse("0"));
            }
            wire.close();
        }
    }

    /** A command that was started a moment ago may not have said its process id yet. */
    private Optional<String> awaitPid() {
        if (Thread.currentThread() != pump) {
            stderr.awaitFirstLine(Deadline.in(limits.settling()));
        }
        return stderr.pid();
    }

    private ExecOutcome settledOutcome() {
        ExecOutcome how = outcome.get();
        if (how == null) {
            throw new IllegalStateException("the session has not ended");
        }
        return how;
    }

    // The pump's side.

    private void pump(ByteBuffer early) {
        try {
            FrameReader.Receiver receiver = new Receiver();
            frames.feed(early, receiver);
            endInputBehindTrailer();
            ByteBuffer buffer = ByteBuffer.allocateDirect(WIRE_BUFFER);
            long asked = System.nanoTime();
            while (true) {
                int n = readOrBreak(buffer.clear(), nextLook(asked));
                if (n == Wire.END) {
                    settle(atEnd());
                    break;
                }
                if (n > 0) {
                    frames.feed(buffer.flip(), receiver);
                    endInputBehindTrailer();
                    // Time spent on a slow caller is not the command's.
                    lastByte = System.nanoTime();
                    asked = lastByte;
                } else if (outcome.get() == null) {
                    asked = look(asked);
                    if (outcome.get() != null) {
                        break;
                    }
                }
            }
        } catch (IOException e) {
            settle(lost(Text.of(e), ""));
        } catch (CodeBException e) {
            settle(lost("its end cannot be proven: " + Text.of(e), e.hint()));
        } finally {
            settle(lost("its connection could not be read", ""));
            stderr.finish();
            killAndHangUp();
        }
    }

    /**
     * A connection that breaks is one that ends: a service that closes on input that nobody has read resets it, with
     * all output delivered. Whether that was all, the proof tells.
     */
    private int readOrBreak(ByteBuffer buffer, Deadline deadline) {
        try {
            return wire.read(buffer, deadline);
        } catch (IOException e) {
            broken = " (" + Text.of(e) + ")";
            return Wire.END;
        }
    }

    /** The wrapper waits for the end of the input, lest what is still written to it break the connection. */
    private void endInputBehindTrailer() {
        if (spec.stdin() && !inputEnded.get() && proof.trailer(hold.text()).isPresent()) {
            try {
                endInput();
            } catch (IOException e) {
                broken = " (" + Text.of(e) + ")";
            }
        }
    }

    private void endInput() throws IOException {
        if (inputEnded.compareAndSet(false, true)) {
            wire.shutdownOutput();
        }
    }

    private Deadline nextLook(long asked) {
        if (outcome.get() != null) {
            return Deadline.in(limits.silence());
        }
        long now = System.nanoTime();
        long left = asked + limits.silence().toNanos() - now;
        if (!spec.idleLimit().isZero()) {
            left = Math.min(left, lastByte + spec.idleLimit().toNanos() - now);
        }
        return Deadline.inNanos(Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
    }

    /** Nothing has come for a while: answers when the API was last asked about the command. */
    private long look(long asked) {
        long now = System.nanoTime();
        Duration idle = spec.idleLimit();
        if (!idle.isZero() && now - lastByte >= idle.toNanos()) {
            boolean paused = api.isPaused(container);
            settle(new ExecOutcome.Failed(
                    false,
                    () -> new ContainerException(
                            ErrorCode.EXEC_IDLE,
                            what() + " moved no byte for " + idle.toMillis() + " ms and "
                                    + (paused ? "could not be killed: the container is paused" : "was killed"),
                            paused
                                    ? "let the container go on: the command finds its streams closed then, and ends"
                                    : "see what it waits for, a lock for example, or allow it more time")));
            return asked;
        }
        if (now - asked >= limits.silence().toNanos()) {
            ExecState state = api.execState(id);
            if (!(state instanceof ExecState.Running)) {
                confirmSilentEnd();
            }
            return System.nanoTime();
        }
        return asked;
    }

    /** The command has ended, and its connection has not: what is on its way gets a moment to arrive. */
    private void confirmSilentEnd() {
        try {
            ByteBuffer buffer = ByteBuffer.allocateDirect(WIRE_BUFFER);
            FrameReader.Receiver receiver = new Receiver();
            int n;
            do {
                n = readOrBreak(buffer.clear(), Deadline.in(limits.settling()));
                frames.feed(buffer.flip(), receiver);
            } while (n > 0);
            settle(n == Wire.END ? atEnd() : lost("it has ended, but its connection has not", ""));
        } catch (IOException e) {
            settle(lost(Text.of(e), ""));
        }
    }

    /** The connection has ended. Only the wrapper's trailer and the API together prove that the command has. */
    private ExecOutcome atEnd() {
        if (!frames.betweenFrames()) {
            return lost("its connection broke in the middle" + broken, "");
        }
        ExecState state = ExecSettling.await(api, id, Deadline.in(limits.settling()));
        Optional<ProvenCommand.Trailer> trailer = proof.trailer(hold.text());
        if (trailer.isEmpty()) {
            boolean refused = state instanceof ExecState.Exited exited && exited.status() != 0;
            if (refused && stderr.pid().isEmpty() && hold.text().isEmpty()) {
                return notStarted("its shell did not run", "the container needs 'sh', and the user that was asked for");
            }
            return lost("its output was cut" + broken + "; " + api.describe(container), "");
        }
        if (state instanceof ExecState.Unknown) {
            // A status that only the output speaks of could have been written by anybody.
            return lost("the container service does not know it any more", "read its output without long pauses");
        }
        if (!(state instanceof ExecState.Exited exited)) {
            return lost("the container service says that it still runs", "");
        }
        if (exited.status() != trailer.get().status()) {
            return lost(
                    "it ended with status " + trailer.get().status() + ", but the container service says "
                            + exited.status()
                            + (exited.status() == KILLED
                                    ? "; its shell was killed, and " + api.describe(container)
                                    : ""),
                    exited.status() == KILLED ? "was the container stopped or restarted meanwhile?" : "");
        }
        if (!trailer.get().started()) {
            return notStarted("there is no such program, or it cannot be run", "check that the image has it");
        }
        return new ExecOutcome.Ended(exited.status());
    }

    private final class Receiver implements FrameReader.Receiver {
        @Override
        public void stdout(ByteBuffer payload) {
            hold.feed(payload, pipe::write);
        }

        @Override
        public void stderr(ByteBuffer payload) {
            stderr.feed(payload);
        }
    }

    // What callers are told.

    private String what() {
        return "the command '" + Text.shown(spec.command().get(0)) + "' in container '" + container + "'";
    }

    private ExecOutcome lost(String why, String hint) {
        return new ExecOutcome.Failed(
                false,
                () -> new ContainerException(
                        ErrorCode.EXEC_LOST, "nothing proves how " + what() + " ended: " + why, hint));
    }

    private ExecOutcome notStarted(String why, String hint) {
        String said = Text.shown(stderr.text());
        return new ExecOutcome.Failed(
                true,
                () -> new ContainerException(
                        ErrorCode.EXEC_NOT_STARTED,
                        what() + " was not started: " + why + (said.isEmpty() ? "" : " (" + said + ")"),
                        hint));
    }

    private CodeBException commandFailed(int status) {
        return new CommandFailedException(spec.command().get(0), status, stderr.text());
    }

    private static CancelledException interrupted() {
        Thread.currentThread().interrupt();
        return new CancelledException("the thread was interrupted");
    }

    private final class Stdout implements ByteSource {
        @Override
        public int read(ByteBuffer dst) {
            if (!dst.hasRemaining()) {
                throw new IllegalArgumentException("no room in the buffer");
            }
            try {
                int n = pipe.read(dst);
                if (n != StdoutPipe.FINISHED) {
                    return n;
                }
                settled.await();
            } catch (InterruptedException e) {
                throw interrupted();
            }
            ExecOutcome how = settledOutcome();
            if (how instanceof ExecOutcome.Ended ended) {
                if (ended.status() == 0) {
                    return END;
                }
                throw commandFailed(ended.status());
            }
            throw ((ExecOutcome.Failed) how).failure().get();
        }

        @Override
        public void close() {
            end(lost("its output was given up", ""));
        }
    }

    private final class Stdin implements ByteSink {
        private volatile boolean ended;

        @Override
        public void write(ByteBuffer src) {
            if (ended) {
                throw new IllegalStateException("the input has ended");
            }
            try {
                while (src.hasRemaining()) {
                    throwIfSettled();
                    int before = src.remaining();
                    wire.write(src, Deadline.in(WRITE_SLICE));
                    if (src.remaining() < before) {
                        lastByte = System.nanoTime();
                    }
                }
            } catch (IOException e) {
                throw refused(e);
            }
        }

        @Override
        public void finish() {
            if (ended) {
                throw new IllegalStateException("the input has ended");
            }
            ended = true;
            ExecOutcome how = outcome.get();
            if (how instanceof ExecOutcome.Failed failed) {
                throw failed.failure().get();
            }
            try {
                if (how == null) {
                    endInput();
                    lastByte = System.nanoTime();
                }
            } catch (IOException e) {
                if (!endedWell()) {
                    throw refused(e);
                }
            }
        }

        @Override
        public void abort(Throwable cause) {
            if (!ended) {
                ended = true;
                end(lost("it was killed because its input was given up", ""));
            }
        }

        @Override
        public void close() {
            abort(new IllegalStateException("the input was not finished"));
        }

        private void throwIfSettled() {
            ExecOutcome how = outcome.get();
            if (how instanceof ExecOutcome.Failed failed) {
                throw failed.failure().get();
            }
            if (how instanceof ExecOutcome.Ended end) {
                throw end.status() == 0 ? tooEarly() : commandFailed(end.status());
            }
        }

        /** The connection takes no more. Why, the pump finds out, unless nobody reads what it has to pass on first. */
        private CodeBException refused(IOException e) {
            awaitSettled();
            throwIfSettled();
            return new ContainerException(
                    ErrorCode.EXEC_LOST, what() + " takes no input any more: " + Text.of(e), "", e);
        }

        private boolean endedWell() {
            awaitSettled();
            return outcome.get() instanceof ExecOutcome.Ended;
        }

        private void awaitSettled() {
            try {
                settled.await(REASON_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }

        private CodeBException tooEarly() {
            return new ContainerException(
                    ErrorCode.EXEC_LOST, what() + " ended before it had taken all of its input", "");
        }
    }
}
