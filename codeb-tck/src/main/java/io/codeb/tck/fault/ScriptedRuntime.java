package io.codeb.tck.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FileSpec;
import io.codeb.spi.runtime.RuntimeInfo;
import io.codeb.tck.io.BytesSource;
import io.codeb.tck.io.RecordingSink;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A runtime without processes: a function answers every command. For tests of what builds commands and reads their
 * output. Thread-safe as far as the function is.
 *
 * <p>Every container that was not declared missing runs; files are kept in memory.
 */
public final class ScriptedRuntime implements ContainerRuntime {
    private final BiFunction<ExecSpec, byte[], Answer> script;
    private final boolean conversing;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, ErrorCode> refused = new ConcurrentHashMap<>();
    private final Set<String> endedRuns = ConcurrentHashMap.newKeySet();

    private @Nullable Answer unread;

    private ScriptedRuntime(BiFunction<ExecSpec, byte[], Answer> script, boolean conversing) {
        this.script = script;
        this.conversing = conversing;
    }

    /**
     * Makes a runtime.
     *
     * @param script what each command does
     * @return the runtime
     */
    public static ScriptedRuntime answering(Function<ExecSpec, Answer> script) {
        return new ScriptedRuntime((spec, input) -> script.apply(spec), false);
    }

    /**
     * Makes a runtime whose commands read their input. A command's output begins when its input has ended.
     *
     * @param script what each command does with the bytes of its stdin, of which there are none without one
     * @return the runtime
     */
    public static ScriptedRuntime answeringInput(BiFunction<ExecSpec, byte[], Answer> script) {
        return new ScriptedRuntime(script, false);
    }

    /**
     * Makes a runtime whose commands converse: whoever has read all of an answer gets the next one, to what the command
     * was fed since. Where that is nothing, the command ends as its last answer says; so it is fed and read by turns.
     *
     * @param script what each command says to what it was fed since it answered last
     * @return the runtime
     */
    public static ScriptedRuntime conversing(BiFunction<ExecSpec, byte[], Answer> script) {
        return new ScriptedRuntime(script, true);
    }

    /**
     * Has commands end before they read anything: who feeds one is told how it ended, and so is who reads it.
     *
     * @param end how; a status that is not 0
     * @return this
     */
    public ScriptedRuntime endingUnread(Answer end) {
        unread = end;
        return this;
    }

    /**
     * Refuses all that is asked of a container.
     *
     * @param container its name
     * @param code {@code CONTAINER_NOT_FOUND} or {@code CONTAINER_NOT_RUNNING}
     * @return this
     */
    public ScriptedRuntime refusing(String container, ErrorCode code) {
        refused.put(container, code);
        return this;
    }

    /**
     * What was run.
     *
     * @return in the order of the starts
     */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /**
     * The runs of which everything was ended. There is something of each, once.
     *
     * @return their ids
     */
    public Set<String> endedRuns() {
        return Set.copyOf(endedRuns);
    }

    /**
     * The files that were written, or are there to be read.
     *
     * @return content by path; changes are seen by the commands that follow
     */
    public Map<String, byte[]> files() {
        return files;
    }

    @Override
    public String id() {
        return "scripted";
    }

    @Override
    public RuntimeInfo info() {
        return RuntimeInfo.of("Scripted", "1", "this test");
    }

    @Override
    public ContainerInfo inspect(String container) {
        requireContainer(container);
        return ContainerInfo.of(
                "scripted-" + container, container, "scripted:latest", "sha256:0", ContainerInfo.State.RUNNING);
    }

    @Override
    public ExecSession exec(String container, ExecSpec spec, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        requireContainer(container);
        Session session = new Session(spec, cancellation);
        calls.add(new Call(container, spec, session.input));
        return session;
    }

    @Override
    public boolean endRun(String container, String run) {
        requireContainer(container);
        return endedRuns.add(run);
    }

    @Override
    public ByteSource readFile(String container, String path, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        requireContainer(container);
        byte[] content = files.get(path);
        if (content == null) {
            throw new ContainerException(ErrorCode.CONTAINER_FILE_FAILED, "there is no file " + path, "it is a test");
        }
        return BytesSource.of(content);
    }

    @Override
    public void writeFile(String container, String path, FileSpec file, ByteSource content, Cancellation cancellation) {
        try (content) {
            cancellation.throwIfCancelled();
            requireContainer(container);
            byte[] bytes = BytesSource.readAll(content);
            if (bytes.length != file.size()) {
                throw new ContainerException(
                        ErrorCode.CONTAINER_FILE_FAILED,
                        "the content of " + path + " is not of its " + file.size() + " bytes",
                        "it is a test");
            }
            files.put(path, bytes);
        }
    }

    @Override
    public void close() {
        // There is no connection.
    }

    private void requireContainer(String container) {
        ErrorCode code = refused.get(container);
        if (code != null) {
            throw new ContainerException(code, "container " + container + ": " + code, "it is a test");
        }
    }

    /**
     * A command that was started.
     *
     * @param container where
     * @param spec what
     * @param stdin what it was fed so far, and whether that was all
     */
    public record Call(String container, ExecSpec spec, RecordingSink stdin) {}

    /** What a command does. Immutable. */
    public static final class Answer {
        private final byte[] stdout;
        private final int status;
        private final String stderr;
        private final boolean notStarted;
        private final int chunk;

        private Answer(byte[] stdout, int status, String stderr, boolean notStarted, int chunk) {
            this.stdout = stdout;
            this.chunk = chunk;
            this.status = status;
            this.stderr = stderr;
            this.notStarted = notStarted;
        }

        /**
         * A command that succeeds.
         *
         * @param stdout what it writes
         * @return status 0
         */
        public static Answer of(String stdout) {
            return of(stdout.getBytes(UTF_8));
        }

        /**
         * A command that succeeds.
         *
         * @param stdout what it writes
         * @return status 0
         */
        public static Answer of(byte[] stdout) {
            return new Answer(stdout.clone(), 0, "", false, Integer.MAX_VALUE);
        }

        /**
         * A command that does not exist.
         *
         * @return an answer of which every read throws {@code EXEC_NOT_STARTED}
         */
        public static Answer missing() {
            return new Answer(new byte[0], 127, "", true, Integer.MAX_VALUE);
        }

        /**
         * Fails after it has written all that it writes.
         *
         * @param exitStatus 1 to 255
         * @param complaint what it writes to stderr
         * @return a changed copy
         */
        public Answer thenFailing(int exitStatus, String complaint) {
            return new Answer(stdout, exitStatus, complaint, notStarted, chunk);
        }

        /**
         * Limits what one read answers.
         *
         * @param bytes at least 1
         * @return a changed copy
         */
        public Answer inChunksOf(int bytes) {
            return new Answer(stdout, status, stderr, notStarted, bytes);
        }

        private CommandFailedException failure(ExecSpec spec) {
            return new CommandFailedException(spec.command().get(0), status, stderr);
        }
    }

    private final class Session implements ExecSession {
        private final ExecSpec spec;
        private final Cancellation cancellation;
        private final RecordingSink input = new RecordingSink();
        private final CountDownLatch inputEnded = new CountDownLatch(1);
        private final Cancellation.Registration registration;
        private final Output output = new Output();
        private volatile boolean closed;
        private volatile @Nullable Answer answer;
        private int heard;

        Session(ExecSpec spec, Cancellation cancellation) {
            this.spec = spec;
            this.cancellation = cancellation;
            this.answer = unread;
            if (!spec.stdin() || conversing) {
                inputEnded.countDown();
            }
            this.registration = cancellation.onCancel(inputEnded::countDown);
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
            return new Input();
        }

        @Override
        public String stderrTail() {
            Answer known = answer;
            return known == null ? "" : known.stderr;
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
            closed = true;
            registration.close();
            inputEnded.countDown();
        }

        private Answer answer() {
            Answer known = answer;
            if (known != null) {
                return known;
            }
            try {
                inputEnded.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw lost();
            }
            requireAlive();
            byte[] fed = input.bytes();
            Answer made = script.apply(spec, Arrays.copyOfRange(fed, heard, fed.length));
            heard = fed.length;
            answer = made;
            return made;
        }

        private void requireAlive() {
            cancellation.throwIfCancelled();
            if (closed || input.abortCause().isPresent()) {
                throw lost();
            }
        }

        private ContainerException lost() {
            return new ContainerException(
                    ErrorCode.EXEC_LOST, spec.command().get(0) + " was killed before its end", "it is a test");
        }

        private final class Input implements ByteSink {
            @Override
            public void write(ByteBuffer src) {
                cancellation.throwIfCancelled();
                Answer end = unread;
                if (end != null) {
                    throw end.failure(spec);
                }
                input.write(src);
            }

            @Override
            public void finish() {
                cancellation.throwIfCancelled();
                input.finish();
                inputEnded.countDown();
            }

            @Override
            public void abort(Throwable cause) {
                input.abort(cause);
                inputEnded.countDown();
            }

            @Override
            public void close() {
                abort(new IllegalStateException("closed before it was finished"));
            }
        }

        private final class Output implements ByteSource {
            private @Nullable BytesSource rest;

            @Override
            public int read(ByteBuffer dst) {
                while (true) {
                    Answer known = answer();
                    requireAlive();
                    if (known.notStarted) {
                        throw new ContainerException(
                                ErrorCode.EXEC_NOT_STARTED,
                                "there is no " + spec.command().get(0),
                                "it is a test");
                    }
                    rest = rest == null ? BytesSource.of(known.stdout).inChunksOf(known.chunk) : rest;
                    int count = rest.read(dst);
                    if (count != END) {
                        return count;
                    }
                    if (!conversing || input.bytes().length == heard) {
                        return ended(known);
                    }
                    answer = null;
                    rest = null;
                }
            }

            private int ended(Answer known) {
                if (known.status != 0) {
                    throw known.failure(spec);
                }
                return END;
            }

            @Override
            public void close() {
                Session.this.close();
            }
        }
    }
}
