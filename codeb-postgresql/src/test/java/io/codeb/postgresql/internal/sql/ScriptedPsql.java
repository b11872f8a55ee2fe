package io.codeb.postgresql.internal.sql;

import io.codeb.error.CodeBException;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.ServerTarget;
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
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A runtime whose only command is a psql that answers from a script. */
final class ScriptedPsql implements ContainerRuntime {
    private static final Pattern MARK = Pattern.compile("\\\\echo (\\S+)");

    private final UnaryOperator<String> answer;
    private final @Nullable CodeBException end;
    private @Nullable ExecSpec spec;
    private String script = "";
    private boolean refusesInput;
    private int started;

    /**
     * Makes the psql.
     *
     * @param answer what it writes, given the mark that the script tells it to write
     * @param end how it ends; null for status 0
     */
    ScriptedPsql(UnaryOperator<String> answer, @Nullable CodeBException end) {
        this.answer = answer;
        this.end = end;
    }

    /** Ends before it has read anything. */
    ScriptedPsql refusingInput() {
        refusesInput = true;
        return this;
    }

    DatabaseTarget target() {
        return ServerTarget.of(ToolHost.of(this, "db").withDirectory("/opt/pg/bin/"), 5432, "app", Secret.of("s3cret"))
                .database("a=b 'c'");
    }

    ExecSpec spec() {
        if (spec == null) {
            throw new AssertionError("psql was not started");
        }
        return spec;
    }

    /** What it was told last. */
    String script() {
        return script;
    }

    /** How often it was started. */
    int started() {
        return started;
    }

    @Override
    public ExecSession exec(String container, ExecSpec command, Cancellation cancellation) {
        spec = command;
        started++;
        return new Session();
    }

    private final class Session implements ExecSession {
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final ByteSource stdout = new Stdout();

        @Override
        public ByteSink stdin() {
            return new ByteSink() {
                @Override
                public void write(ByteBuffer src) {
                    if (refusesInput && end != null) {
                        throw end;
                    }
                    byte[] bytes = new byte[src.remaining()];
                    src.get(bytes);
                    received.writeBytes(bytes);
                }

                @Override
                public void finish() {}

                @Override
                public void abort(Throwable cause) {}

                @Override
                public void close() {}
            };
        }

        @Override
        public ByteSource stdout() {
            return stdout;
        }

        /** Answers what was received since the last answer; ends where there is nothing new. */
        private final class Stdout implements ByteSource {
            private ByteBuffer answered = ByteBuffer.allocate(0);

            @Override
            public int read(ByteBuffer dst) {
                if (!answered.hasRemaining() && received.size() > 0) {
                    script = received.toString(StandardCharsets.UTF_8);
                    received.reset();
                    Matcher mark = MARK.matcher(script);
                    answered = StandardCharsets.UTF_8.encode(answer.apply(mark.find() ? mark.group(1) : ""));
                }
                if (!answered.hasRemaining()) {
                    if (end != null) {
                        throw end;
                    }
                    return END;
                }
                int length = Math.min(7, answered.remaining());
                dst.put(answered.slice(answered.position(), length));
                answered.position(answered.position() + length);
                return length;
            }

            @Override
            public void close() {}
        }

        @Override
        public String stderrTail() {
            return "";
        }

        @Override
        public int await() {
            return 0;
        }

        @Override
        public void close() {}
    }

    @Override
    public String id() {
        return "scripted";
    }

    @Override
    public RuntimeInfo info() {
        return new RuntimeInfo("scripted", "1", "unix:///scripted");
    }

    @Override
    public ContainerInfo inspect(String container) {
        return ContainerInfo.of("1", container, "image", "sha256:1", ContainerInfo.State.RUNNING);
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
