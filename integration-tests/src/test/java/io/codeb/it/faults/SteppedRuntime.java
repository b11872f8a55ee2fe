package io.codeb.it.faults;

import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.error.RuntimeUnavailableException;
import io.codeb.it.Installed;
import io.codeb.it.faults.Blow.Side;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FilterRuntime;
import io.codeb.spi.runtime.RuntimeProvider;
import java.nio.ByteBuffer;

/** A runtime whose commands, and each piece of what goes in and comes out of them, are steps of a course. */
final class SteppedRuntime extends FilterRuntime {
    /** The id of its provider. */
    static final String STEPPED = "stepped";

    private final Course course;

    private SteppedRuntime(ContainerRuntime runtime, Course course) {
        super(runtime);
        this.course = course;
    }

    /**
     * Makes such runtimes.
     *
     * @param around the id of those that do the work
     */
    record Provider(String around, Course course) implements RuntimeProvider {
        @Override
        public String id() {
            return STEPPED;
        }

        @Override
        public ContainerRuntime create(ProviderConfig config) {
            return new SteppedRuntime(Installed.runtime(around, config), course);
        }
    }

    @Override
    public ExecSession exec(String container, ExecSpec spec, Cancellation cancellation) {
        if (course.pass(Side.COMMANDS)) {
            throw new RuntimeUnavailableException(
                    ErrorCode.RUNTIME_UNAVAILABLE, "the service is gone, on purpose", "it is a test");
        }
        return new SteppedSession(super.exec(container, spec, cancellation));
    }

    private final class SteppedSession implements ExecSession {
        private final ExecSession session;

        SteppedSession(ExecSession session) {
            this.session = session;
        }

        /** The connection breaks: the command is killed, and how it has ended is not known. */
        private void pass() {
            if (course.pass(Side.COMMANDS)) {
                session.close();
                throw new ContainerException(ErrorCode.EXEC_LOST, "the connection is cut, on purpose", "it is a test");
            }
        }

        @Override
        public ByteSource stdout() {
            ByteSource source = session.stdout();
            return new ByteSource() {
                @Override
                public int read(ByteBuffer dst) {
                    int count = source.read(dst);
                    pass();
                    return count;
                }

                @Override
                public void close() {
                    source.close();
                }
            };
        }

        @Override
        public ByteSink stdin() {
            ByteSink sink = session.stdin();
            return new ByteSink() {
                @Override
                public void write(ByteBuffer src) {
                    pass();
                    sink.write(src);
                }

                @Override
                public void finish() {
                    pass();
                    sink.finish();
                    pass();
                }

                @Override
                public void abort(Throwable cause) {
                    sink.abort(cause);
                }

                @Override
                public void close() {
                    sink.close();
                }
            };
        }

        @Override
        public String stderrTail() {
            return session.stderrTail();
        }

        @Override
        public int await() {
            pass();
            int status = session.await();
            pass();
            return status;
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
