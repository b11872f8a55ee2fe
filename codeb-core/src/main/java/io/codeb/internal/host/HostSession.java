package io.codeb.internal.host;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.ByteTail;
import io.codeb.spi.io.WorkThread;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that was started. A read or a write that waits on a pipe of the system cannot be interrupted: it ends
 * because the process is killed, and then tells why that was.
 */
final class HostSession implements ExecSession {
    static final int PIECE_BYTES = 64 * 1024;
    /** How long what a command has said and done may take to arrive here once it has ended. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ExecSpec spec;
    private final ProcessFamily family;
    private final Process process;
    private final Cancellation cancellation;
    private final Consumer<HostSession> onClose;
    private final ByteTail stderr;
    private final Thread stderrReader;
    private final Output output;
    private final HostInput input;
    private final AtomicReference<@Nullable CodeBException> killedFor = new AtomicReference<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Cancellation.Registration registration;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile long lastMoved = System.nanoTime();
    private volatile boolean endKnown;

    HostSession(ExecSpec spec, ProcessFamily family, Cancellation cancellation, Consumer<HostSession> onClose) {
        this.spec = spec;
        this.family = family;
        this.process = family.parent();
        this.cancellation = cancellation;
        this.onClose = onClose;
        this.stderr = new ByteTail(spec.stderrLimit());
        this.output = new Output(process.getInputStream());
        this.input = new HostInput(this, process.getOutputStream());
        this.stderrReader = daemon("stderr", this::readStderr);
        if (!spec.idleLimit().isZero()) {
            daemon("idle", this::watch);
        }
        this.registration = cancellation.onCancel(this::killUnlessOver);
    }

    private Thread daemon(String purpose, Runnable work) {
        Thread thread = WorkThread.of("host-" + purpose + "-" + process.pid(), work);
        thread.start();
        return thread;
    }

    @Override
    public ByteSource stdout() {
        return output;
    }

    @Override
    public ByteSink stdin() {
        if (!spec.stdin()) {
            throw new IllegalStateException("the command was started without stdin");
        }
        return input;
    }

    @Override
    public String stderrTail() {
        return stderr.text();
    }

    @Override
    public int await() {
        ByteBuffer discarded = ByteBuffer.allocate(PIECE_BYTES);
        try {
            while (output.read(discarded) != ByteSource.END) {
                discarded.clear();
            }
            return 0;
        } catch (CommandFailedException e) {
            return e.exitStatus();
        }
    }

    @Override
    public void close() {
        kill(lost("its session was closed before its end", null));
        over.countDown();
        registration.close();
        input.release();
        closeQuietly(process.getInputStream());
        closeQuietly(process.getErrorStream());
        onClose.accept(this);
    }

    /** Kills the command for a reason that its streams tell, unless it has ended or was killed before. */
    void kill(CodeBException reason) {
        if (!endKnown) {
            killedFor.compareAndSet(null, reason);
            killUnlessOver();
        }
    }

    private void killUnlessOver() {
        if (!endKnown) {
            family.kill();
        }
    }

    void throwIfKilled() {
        cancellation.throwIfCancelled();
        CodeBException reason = killedFor.get();
        if (reason != null) {
            throw reason;
        }
    }

    void moved() {
        lastMoved = System.nanoTime();
    }

    /** Somebody waits for the command: from here on, silence is its own. */
    void waitBegins() {
        if (waiting.getAndIncrement() == 0) {
            moved();
        }
    }

    void waitEnds() {
        moved();
        waiting.decrementAndGet();
    }

    /** Says why the command takes no more input. */
    CodeBException refusal(IOException e) {
        throwIfKilled();
        if (!hasEndedSoon()) {
            return lost("it has closed its input and runs on", e);
        }
        throwIfKilled();
        int status = process.exitValue();
        awaitStderr();
        return status == 0
                ? lost("it ended before it had read all its input", e)
                : new CommandFailedException(program(), status, stderrTail());
    }

    ContainerException lost(String how, @Nullable Throwable cause) {
        return new ContainerException(
                ErrorCode.EXEC_LOST,
                "nothing proves that " + program() + " did its work: " + how,
                "run it again",
                cause);
    }

    private String program() {
        return spec.command().get(0);
    }

    private boolean hasEndedSoon() {
        try {
            return process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private int exitStatus() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill(lost("the thread that waited for it was interrupted", e));
            throwIfKilled();
            throw lost("the thread that waited for it was interrupted", e);
        }
    }

    private void awaitStderr() {
        try {
            stderrReader.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readStderr() {
        byte[] piece = new byte[8 * 1024];
        try {
            InputStream stream = process.getErrorStream();
            for (int count = stream.read(piece); count >= 0; count = stream.read(piece)) {
                moved();
                stderr.add(ByteBuffer.wrap(piece, 0, count));
            }
        } catch (IOException closed) {
            // The tail is what came until here.
        }
    }

    private void watch() {
        long limit = spec.idleLimit().toNanos();
        try {
            long left = limit;
            while (!over.await(left, TimeUnit.NANOSECONDS)) {
                left = limit - (System.nanoTime() - lastMoved);
                if (left <= 0 && waiting.get() == 0) {
                    // Time that the caller spends elsewhere is not the command's.
                    left = limit;
                } else if (left <= 0) {
                    kill(new ContainerException(
                            ErrorCode.EXEC_IDLE,
                            program() + " moved no byte for " + spec.idleLimit().toMillis() + " ms and was killed",
                            "look at what it waits for, or allow it more time"));
                    return;
                }
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; without it the command has no limit.
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // All that mattered was read before.
        }
    }

    private final class Output implements ByteSource {
        private final InputStream stream;
        private byte @Nullable [] piece;
        private @Nullable CodeBException failure;

        Output(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read(ByteBuffer dst) {
            if (!dst.hasRemaining()) {
                throw new IllegalArgumentException("no room to read into");
            }
            if (failure != null) {
                throw failure;
            }
            if (endKnown) {
                return END;
            }
            throwIfKilled();
            waitBegins();
            try {
                int count = readSome(dst);
                return count > 0 ? count : proveEnd();
            } finally {
                waitEnds();
            }
        }

        private int readSome(ByteBuffer dst) {
            int most = Math.min(dst.remaining(), PIECE_BYTES);
            try {
                int count;
                if (dst.hasArray()) {
                    count = stream.read(dst.array(), dst.arrayOffset() + dst.position(), most);
                    dst.position(dst.position() + Math.max(count, 0));
                } else {
                    piece = piece == null ? new byte[PIECE_BYTES] : piece;
                    count = stream.read(piece, 0, most);
                    dst.put(piece, 0, Math.max(count, 0));
                }
                return count;
            } catch (IOException e) {
                throwIfKilled();
                throw lost("its output broke: " + e.getMessage(), e);
            }
        }

        private int proveEnd() {
            int status = exitStatus();
            awaitStderr();
            throwIfKilled();
            if (status != 0) {
                failure = new CommandFailedException(program(), status, stderrTail());
            }
            endKnown = true;
            over.countDown();
            if (failure != null) {
                throw failure;
            }
            return END;
        }

        @Override
        public void close() {
            kill(lost("its output was closed before its end", null));
        }
    }
}
