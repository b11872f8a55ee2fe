package io.codeb.internal.service;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FilterRuntime;
import java.nio.ByteBuffer;
import java.util.Set;

/** Sees whether all programs of a run are known to have ended by themselves. Thread-safe. */
final class ProgramWatch {
    private static final Set<ErrorCode> NOT_STARTED =
            Set.of(ErrorCode.CONTAINER_NOT_FOUND, ErrorCode.CONTAINER_NOT_RUNNING, ErrorCode.EXEC_NOT_STARTED);

    private volatile boolean reached;
    private volatile boolean doubtful;

    /** Whether nothing that was started can still be there. */
    boolean allHaveEnded() {
        return !doubtful;
    }

    /** The same runtime, whose commands are watched. */
    ContainerRuntime around(ContainerRuntime runtime) {
        return new Watched(runtime);
    }

    /** A command that could not be started where one could before may be there all the same: its answer was lost. */
    private void notStarted(CodeBException failure) {
        if (reached && !NOT_STARTED.contains(failure.code())) {
            doubtful = true;
        }
    }

    private final class Watched extends FilterRuntime {
        Watched(ContainerRuntime runtime) {
            super(runtime);
        }

        @Override
        public ExecSession exec(String container, ExecSpec spec, Cancellation cancellation) {
            try {
                ExecSession session = super.exec(container, spec, cancellation);
                reached = true;
                return new WatchedSession(session);
            } catch (CodeBException e) {
                notStarted(e);
                throw e;
            }
        }
    }

    private final class WatchedSession implements ExecSession, ByteSource {
        private final ExecSession session;
        private final ByteSource stdout;
        private volatile boolean ended;

        WatchedSession(ExecSession session) {
            this.session = session;
            this.stdout = session.stdout();
        }

        @Override
        public int read(ByteBuffer dst) {
            try {
                int count = stdout.read(dst);
                ended |= count == END;
                return count;
            } catch (CommandFailedException e) {
                ended = true;
                throw e;
            } catch (CodeBException e) {
                ended |= NOT_STARTED.contains(e.code());
                throw e;
            }
        }

        @Override
        public ByteSource stdout() {
            return this;
        }

        @Override
        public ByteSink stdin() {
            return session.stdin();
        }

        @Override
        public String stderrTail() {
            return session.stderrTail();
        }

        @Override
        public int await() {
            int status = session.await();
            ended = true;
            return status;
        }

        /** Closes the command, of which stdout is a part. */
        @Override
        public void close() {
            session.close();
            if (!ended) {
                doubtful = true;
            }
        }
    }
}
