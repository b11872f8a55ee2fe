package io.codeb.tck.fault;

import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FilterRuntime;
import io.codeb.tck.io.BytesSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A runtime whose commands go wrong as planned; what no fault strikes goes to the runtime underneath. Thread-safe.
 *
 * <pre>{@code
 * ContainerRuntime runtime = FaultyRuntime.around(podman)
 *         .with(RuntimeFault.cutOutputAt(10_000).ofProgram("pg_dump"));
 * }</pre>
 */
public final class FaultyRuntime extends FilterRuntime {
    private final List<Armed> faults = new ArrayList<>();
    private int strikes;
    private int commands;

    private FaultyRuntime(ContainerRuntime runtime) {
        super(runtime);
    }

    /**
     * Wraps a runtime.
     *
     * @param runtime closed with the wrapper
     * @return a runtime without faults as yet
     */
    public static FaultyRuntime around(ContainerRuntime runtime) {
        return new FaultyRuntime(runtime);
    }

    /**
     * Plans a fault. Its commands are counted from now on.
     *
     * @param fault what goes wrong
     * @return this
     */
    public synchronized FaultyRuntime with(RuntimeFault fault) {
        faults.add(new Armed(fault));
        return this;
    }

    /** Drops all faults that are planned. */
    public synchronized void heal() {
        faults.clear();
    }

    /**
     * How many commands a fault was put into.
     *
     * @return the sum over all faults
     */
    public synchronized int strikes() {
        return strikes;
    }

    /** How many commands were started or were to be. */
    public synchronized int commands() {
        return commands;
    }

    @Override
    public ExecSession exec(String container, ExecSpec spec, Cancellation cancellation) {
        Armed due = due(spec);
        ExecSession session = super.exec(container, spec, cancellation);
        return due == null ? session : new FaultySession(session, spec, cancellation, due);
    }

    private synchronized @Nullable Armed due(ExecSpec spec) {
        commands++;
        Armed due = null;
        Armed perhaps = null;
        for (Armed armed : faults) {
            if (!armed.fault.commands.test(spec)) {
                continue;
            }
            if (armed.fault.waitsForWord()) {
                perhaps = perhaps == null ? armed : perhaps;
            } else if (armed.counts() && due == null) {
                due = armed;
                strikes++;
            }
        }
        return due == null ? perhaps : due;
    }

    /** Whether the command that was told so is one to strike at. */
    private synchronized boolean strikesNow(Armed armed) {
        boolean now = armed.counts();
        if (now) {
            strikes++;
        }
        return now;
    }

    private static final class Armed {
        private final RuntimeFault fault;
        private int seen;

        Armed(RuntimeFault fault) {
            this.fault = fault;
        }

        boolean counts() {
            seen++;
            return seen >= fault.first && seen <= fault.last;
        }
    }

    private final class FaultySession implements ExecSession {
        private final ExecSession session;
        private final ExecSpec spec;
        private final Cancellation cancellation;
        private final Armed armed;
        private final RuntimeFault fault;
        private final CountDownLatch over = new CountDownLatch(1);
        private final Cancellation.Registration registration;
        private final Output output;
        private final @Nullable Input input;
        private volatile @Nullable ContainerException broken;
        private volatile boolean answerLost;

        FaultySession(ExecSession session, ExecSpec spec, Cancellation cancellation, Armed armed) {
            this.session = session;
            this.spec = spec;
            this.cancellation = cancellation;
            this.armed = armed;
            this.fault = armed.fault;
            this.output = new Output(session.stdout());
            this.input = spec.stdin() ? new Input(session.stdin()) : null;
            this.registration = cancellation.onCancel(over::countDown);
            if (fault.kind == RuntimeFault.Kind.NOT_STARTED) {
                breakWith(ErrorCode.EXEC_NOT_STARTED);
            }
        }

        private ContainerException breakWith(ErrorCode code) {
            session.close();
            ContainerException failure =
                    new ContainerException(code, spec.command().get(0) + ": a fault on purpose", "it is a test");
            broken = failure;
            return failure;
        }

        private void throwIfBroken() {
            ContainerException failure = broken;
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public ByteSource stdout() {
            return output;
        }

        @Override
        public ByteSink stdin() {
            return input == null ? session.stdin() : input;
        }

        @Override
        public String stderrTail() {
            return session.stderrTail();
        }

        @Override
        public int await() {
            try {
                BytesSource.readAll(output);
                return 0;
            } catch (CommandFailedException e) {
                return e.exitStatus();
            }
        }

        @Override
        public void close() {
            registration.close();
            over.countDown();
            session.close();
        }

        private final class Output implements ByteSource {
            private final ByteSource source;
            private long position;

            Output(ByteSource source) {
                this.source = source;
            }

            @Override
            public int read(ByteBuffer dst) {
                throwIfBroken();
                int start = dst.position();
                int limit = dst.limit();
                int count;
                try {
                    count = source.read(dst.limit(start + room(dst.remaining())));
                } catch (CommandFailedException e) {
                    throw answerLost ? breakWith(ErrorCode.EXEC_LOST) : e;
                } finally {
                    dst.limit(limit);
                }
                if (answerLost) {
                    dst.position(start);
                    throw lose();
                }
                if (count == END) {
                    if (fault.kind == RuntimeFault.Kind.CUT_OUTPUT) {
                        throw breakWith(ErrorCode.EXEC_LOST);
                    }
                    return END;
                }
                flip(dst, start, count);
                position += count;
                return count;
            }

            /** Lets the command come to its end, which nobody hears of. */
            private ContainerException lose() {
                ByteBuffer unheard = ByteBuffer.allocate(8 * 1024);
                try {
                    while (source.read(unheard.clear()) != END) {
                        // What it says is lost.
                    }
                } catch (CommandFailedException e) {
                    // It has ended, and how is lost too.
                }
                return breakWith(ErrorCode.EXEC_LOST);
            }

            private int room(int wanted) {
                boolean stops =
                        fault.kind == RuntimeFault.Kind.CUT_OUTPUT || fault.kind == RuntimeFault.Kind.STALL_OUTPUT;
                if (!stops || fault.offset - position >= wanted) {
                    return wanted;
                }
                if (position < fault.offset) {
                    return (int) (fault.offset - position);
                }
                if (fault.kind == RuntimeFault.Kind.STALL_OUTPUT) {
                    stall();
                }
                throw breakWith(ErrorCode.EXEC_LOST);
            }

            private void stall() {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                cancellation.throwIfCancelled();
            }

            private void flip(ByteBuffer dst, int start, int count) {
                long at = fault.offset - position;
                if (fault.kind == RuntimeFault.Kind.FLIP_OUTPUT && at >= 0 && at < count) {
                    int index = start + (int) at;
                    dst.put(index, (byte) (dst.get(index) ^ (1 << fault.bit)));
                }
            }

            @Override
            public void close() {
                over.countDown();
                source.close();
            }
        }

        private final class Input implements ByteSink {
            private final ByteSink sink;
            private long written;

            Input(ByteSink sink) {
                this.sink = sink;
            }

            @Override
            public void write(ByteBuffer src) {
                throwIfBroken();
                if (answerLost) {
                    src.position(src.limit());
                    return;
                }
                boolean told = tells(src);
                if (told && fault.kind == RuntimeFault.Kind.ACT) {
                    sink.write(src);
                    fault.action.run();
                    return;
                }
                if (told) {
                    answerLost = true;
                    sink.write(src);
                    sink.finish();
                    return;
                }
                if (fault.kind != RuntimeFault.Kind.CUT_INPUT || written + src.remaining() <= fault.offset) {
                    written += src.remaining();
                    sink.write(src);
                    return;
                }
                int room = (int) (fault.offset - written);
                sink.write(src.slice(src.position(), room));
                src.position(src.position() + room);
                written += room;
                throw breakWith(ErrorCode.EXEC_LOST);
            }

            private boolean tells(ByteBuffer src) {
                return fault.waitsForWord()
                        && StandardCharsets.ISO_8859_1
                                .decode(src.duplicate())
                                .toString()
                                .contains(fault.told)
                        && strikesNow(armed);
            }

            @Override
            public void finish() {
                throwIfBroken();
                if (answerLost) {
                    return;
                }
                if (fault.kind == RuntimeFault.Kind.CUT_INPUT) {
                    throw breakWith(ErrorCode.EXEC_LOST);
                }
                sink.finish();
            }

            @Override
            public void abort(Throwable cause) {
                sink.abort(cause);
            }

            @Override
            public void close() {
                sink.close();
            }
        }
    }
}
