package io.codeb.internal.host;

import io.codeb.error.ContainerException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ExecSession;
import java.nio.ByteBuffer;

/** A command that could not be started, told by whatever is asked of it: as a container's runtime tells it, too. */
record NotStartedSession(ContainerException reason, boolean hasStdin) implements ExecSession {
    @Override
    public ByteSource stdout() {
        return new ByteSource() {
            @Override
            public int read(ByteBuffer dst) {
                throw reason;
            }

            @Override
            public void close() {
                // There is nothing to give up.
            }
        };
    }

    @Override
    public ByteSink stdin() {
        if (!hasStdin) {
            throw new IllegalStateException("the command was to be started without stdin");
        }
        return new ByteSink() {
            @Override
            public void write(ByteBuffer src) {
                throw reason;
            }

            @Override
            public void finish() {
                throw reason;
            }

            @Override
            public void abort(Throwable cause) {
                // There is nobody to kill.
            }

            @Override
            public void close() {
                // There is nobody to kill.
            }
        };
    }

    @Override
    public String stderrTail() {
        return "";
    }

    @Override
    public int await() {
        throw reason;
    }

    @Override
    public void close() {
        // There is nothing to end.
    }
}
