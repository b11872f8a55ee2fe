package io.codeb.spi.tool;

import io.codeb.error.CancelledException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FileSpec;
import io.codeb.spi.runtime.RuntimeInfo;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A runtime whose only program says what the test has it say, whether it is fed or not. Who tests an engine has
 * {@code ScriptedRuntime} of codeb-tck, which the tests of this module cannot use: it is built on this one.
 */
final class TalkingTool implements ContainerRuntime {
    private static final ByteBuffer LAST = ByteBuffer.allocate(0);

    /** What happens to it from outside: finish, abort, close. */
    final List<String> told = new CopyOnWriteArrayList<>();

    /** Nobody listens to it any more. */
    final CountDownLatch unheard = new CountDownLatch(1);

    private final BlockingQueue<Object> output = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    private @Nullable RuntimeException brokenInput;
    private @Nullable ExecSpec spec;
    private Cancellation.Registration registration = () -> {};

    TalkingTool saying(String text) {
        return saying(text.getBytes(StandardCharsets.UTF_8));
    }

    TalkingTool saying(byte[] bytes) {
        output.add(ByteBuffer.wrap(bytes));
        return this;
    }

    TalkingTool thenEnding() {
        output.add(LAST);
        return this;
    }

    TalkingTool thenFailing(RuntimeException failure) {
        output.add(failure);
        return this;
    }

    TalkingTool takingNoInput(RuntimeException failure) {
        brokenInput = failure;
        return this;
    }

    ToolHost host() {
        return ToolHost.of(this, "db");
    }

    ExecSpec spec() {
        if (spec == null) {
            throw new AssertionError("it was not started");
        }
        return spec;
    }

    String input() {
        return input.toString(StandardCharsets.UTF_8);
    }

    @Override
    public ExecSession exec(String container, ExecSpec command, Cancellation cancellation) {
        spec = command;
        registration = cancellation.onCancel(() -> {
            told.add("cancel");
            output.add(new CancelledException(cancellation.reason().orElse("")));
        });
        return new Session();
    }

    private final class Session implements ExecSession {
        private final ByteSource stdout = new Stdout();
        private final ByteSink stdin = new Stdin();

        @Override
        public ByteSource stdout() {
            return stdout;
        }

        @Override
        public ByteSink stdin() {
            if (!spec().stdin()) {
                throw new IllegalStateException("started without stdin");
            }
            return stdin;
        }

        @Override
        public String stderrTail() {
            return "";
        }

        @Override
        public int await() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            told.add("close");
            registration.close();
            output.add(new ContainerException(ErrorCode.EXEC_LOST, "killed", ""));
        }
    }

    private final class Stdout implements ByteSource {
        private Object now = ByteBuffer.allocate(0);

        @Override
        public int read(ByteBuffer dst) {
            try {
                while (now != LAST && now instanceof ByteBuffer bytes && !bytes.hasRemaining()) {
                    now = output.take();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (now == LAST) {
                return END;
            }
            if (now instanceof ByteBuffer bytes) {
                int count = Math.min(bytes.remaining(), dst.remaining());
                dst.put(bytes.slice(bytes.position(), count));
                bytes.position(bytes.position() + count);
                return count;
            }
            throw (RuntimeException) now;
        }

        @Override
        public void close() {
            told.add("close stdout");
            unheard.countDown();
        }
    }

    private final class Stdin implements ByteSink {
        @Override
        public void write(ByteBuffer src) {
            throwIfBroken();
            while (src.hasRemaining()) {
                input.write(src.get());
            }
        }

        @Override
        public void finish() {
            throwIfBroken();
            told.add("finish");
        }

        @Override
        public void abort(Throwable cause) {
            told.add("abort");
        }

        @Override
        public void close() {
            told.add("close stdin");
        }

        private void throwIfBroken() {
            if (brokenInput != null) {
                throw brokenInput;
            }
        }
    }

    @Override
    public String id() {
        return "talking";
    }

    @Override
    public RuntimeInfo info() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ContainerInfo inspect(String container) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean endRun(String container, String run) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ByteSource readFile(String container, String path, Cancellation cancellation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void writeFile(String container, String path, FileSpec file, ByteSource content, Cancellation cancellation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
