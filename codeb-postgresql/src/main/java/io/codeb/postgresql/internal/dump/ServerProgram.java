package io.codeb.postgresql.internal.dump;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.LibpqEnvironment;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSource;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.runtime.ExecSession;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

/**
 * One of the server's programs, run for what it writes.
 *
 * @param target which database
 * @param name for example {@code pg_dump}
 * @param arguments as it takes them
 */
record ServerProgram(DatabaseTarget target, String name, List<String> arguments) {
    /** A dump says in far fewer bytes that it is one. */
    private static final int HEAD_BYTES = 64 * 1024;

    /**
     * Runs it.
     *
     * @param cancelled ends it early
     * @param reader is given what it writes, up to the end that is proven to be one
     * @return what the reader answers
     */
    <T> T run(Cancellation cancelled, Function<ByteSource, T> reader) {
        try (ExecSession session = target.runtime()
                        .exec(
                                target.container(),
                                LibpqEnvironment.command(target, name, arguments)
                                        .withIdleLimit(target.server().tools().idleLimit()),
                                cancelled);
                ByteSource output = new FilterSource(session.stdout()) {
                    @Override
                    protected int supply(ByteBuffer dst) {
                        cancelled.throwIfCancelled();
                        return upstream().read(dst);
                    }
                }) {
            return reader.apply(output);
        } catch (CodeBException e) {
            throw Diagnosis.of(name, e);
        }
    }

    /**
     * Runs it for a script.
     *
     * @param cancelled ends it early
     * @param sink takes the script; it is not finished
     * @return the script as it has passed, which is whole
     */
    ScriptScanner script(Cancellation cancelled, EntrySink sink) {
        ScriptScanner scanner = run(cancelled, script -> follow(script, sink));
        scanner.finish();
        if (!scanner.hasDumpHeader() || !scanner.hasDumpTrailer()) {
            throw new IntegrityException(
                    ErrorCode.TRUNCATED,
                    name + " ended well and its script has no end mark",
                    "check what " + name + " is where it runs");
        }
        return scanner;
    }

    private ScriptScanner follow(ByteSource script, EntrySink sink) {
        ScriptScanner scanner = new ScriptScanner();
        ByteBuffer buffer = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
        long bytes = 0;
        while (script.read(buffer.clear()) != ByteSource.END) {
            bytes += buffer.flip().remaining();
            scanner.scan(buffer, sink::write);
            if (bytes > HEAD_BYTES && !scanner.hasDumpHeader()) {
                throw new EngineException(
                        ErrorCode.TOOL_MISSING,
                        name + " writes no dump as the program of that name does",
                        "check what " + name + " is where it runs");
            }
            sink.rows(scanner.rows());
        }
        return scanner;
    }
}
