package io.codeb.internal.service;

import io.codeb.BackupRequest;
import io.codeb.DumpRequest;
import io.codeb.DumpResult;
import io.codeb.Project;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Operation;
import io.codeb.internal.io.OutputStreamSink;
import io.codeb.internal.repository.Codecs;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.Cancellation;
import io.codeb.model.EntryKind;
import io.codeb.model.Notice;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.provider.ProviderConfig;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes dumps that go to a stream of the caller's, and nowhere else. Thread-safe. */
record StreamedDumps(
        Projects projects,
        Repositories repositories,
        Codecs codecs,
        RunScopes scopes,
        Leftovers leftovers,
        Preflight preflight) {
    DumpResult write(DumpRequest request, Cancellation cancellation) {
        Project project = projects.get(request.database().project());
        BackupRequest database = request.database().sql();
        Codec codec = codecs.create(ProviderConfig.of(request.codec()));
        try (RunScope run = scopes.open(Operation.EXPORT, null, project.name(), project.database(), null)) {
            Output output = new Output(codec, request.out(), run);
            ProgramWatch watch = new ProgramWatch();
            try (Leftovers.Trace trace =
                    leftovers.begin(repositories.first(), project, run.id(), null, watch::allHaveEnded, cancellation)) {
                run.stage("dump");
                Preflight.Gate gate = preflight.withoutStorage(database, project, run, output);
                DumpFacts facts = projects.engine(project)
                        .dump(
                                projects.target(project, run.id(), watch),
                                Preflight.specOf(database),
                                gate,
                                cancellation);
                cancellation.throwIfCancelled();
                long bytes = output.whole();
                trace.clean();
                List<Notice> notices = new ArrayList<>(gate.notices());
                notices.addAll(facts.notices());
                DumpResult result = new DumpResult(
                        project.name(), facts.engine().server(), facts.tables(), bytes, notices, run.elapsed());
                run.finished(bytes, -1, result.totalRows());
                return result;
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    /** The one entry of such a dump. It can be begun again as long as nobody has seen anything of it. */
    private static final class Output implements DumpOutput {
        private final Codec codec;
        private final Seen out;
        private final RunScope run;
        private @Nullable Entry entry;

        Output(Codec codec, OutputStream out, RunScope run) {
            this.codec = codec;
            this.out = new Seen(out);
            this.run = run;
        }

        @Override
        public synchronized EntrySink open(EntrySpec spec) {
            if (spec.kind() != EntryKind.DUMP || entry != null) {
                throw new ConfigException(
                        "the engine does not dump such a database as one stream",
                        "back it up, and export or restore the backup");
            }
            requireUnseen();
            entry = new Entry(spec, codec.encode(new OutputStreamSink(out)), run);
            return entry;
        }

        @Override
        public synchronized void startOver() {
            requireUnseen();
            entry = null;
        }

        private void requireUnseen() {
            if (out.seen) {
                throw new EngineException(
                        ErrorCode.LOCK_TIMEOUT,
                        "the dump made others wait and was to be begun again, but a part of it was written already",
                        "ask for it once more when nobody changes the database's tables");
            }
        }

        /** Success is said by the engine and by the entry, both of them. */
        synchronized long whole() {
            if (entry == null || !entry.finished) {
                throw new EngineException(
                        ErrorCode.TRUNCATED, "the engine has not written the dump to its end", "try again");
            }
            return entry.bytes;
        }
    }

    private static final class Entry implements EntrySink {
        private final EntrySpec spec;
        private final ByteSink encoded;
        private final RunScope run;
        private volatile long bytes;
        private volatile boolean finished;

        Entry(EntrySpec spec, ByteSink encoded, RunScope run) {
            this.spec = spec;
            this.encoded = encoded;
            this.run = run;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes, others look
        public void write(ByteBuffer src) {
            int count = src.remaining();
            encoded.write(src);
            bytes += count;
        }

        @Override
        public void rows(long rows) {
            run.progress(spec.name(), bytes, -1, bytes > spec.expectedSize() ? -1 : spec.expectedSize(), rows);
        }

        @Override
        public void finish() {
            encoded.finish();
            finished = true;
        }

        @Override
        public void abort(Throwable cause) {
            encoded.abort(cause);
        }

        @Override
        public void close() {
            encoded.close();
        }
    }

    /** Knows whether anything was written. */
    private static final class Seen extends FilterOutputStream {
        private volatile boolean seen;

        Seen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            seen = true;
            out.write(one);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            seen = true;
            out.write(bytes, offset, length);
        }
    }
}
