package io.codeb.internal.service;

import io.codeb.internal.io.Bandwidth;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DumpCheck;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import java.nio.ByteBuffer;

/** A dump's entries that take no more bytes in a second than they may, all of them together. */
final class LimitedOutput implements DumpOutput {
    private final DumpOutput output;
    private final Bandwidth bandwidth;
    private final Cancellation cancellation;

    /**
     * Limits an output.
     *
     * @param cancellation ends pauses of whoever brings none of its own
     */
    LimitedOutput(DumpOutput output, Bandwidth bandwidth, Cancellation cancellation) {
        this.output = output;
        this.bandwidth = bandwidth;
        this.cancellation = cancellation;
    }

    @Override
    public void checked(DumpCheck check) {
        output.checked(check);
    }

    @Override
    public EntrySink open(EntrySpec entry) {
        return open(entry, cancellation);
    }

    @Override
    public EntrySink open(EntrySpec entry, Cancellation writer) {
        return new LimitedSink(output.open(entry, writer), writer);
    }

    @Override
    public void startOver() {
        output.startOver();
    }

    private final class LimitedSink implements EntrySink {
        private final EntrySink sink;
        private final Cancellation writer;

        LimitedSink(EntrySink sink, Cancellation writer) {
            this.sink = sink;
            this.writer = writer;
        }

        @Override
        public void write(ByteBuffer src) {
            int end = src.limit();
            while (src.hasRemaining()) {
                int piece = Math.min(src.remaining(), Bandwidth.PIECE_BYTES);
                bandwidth.take(piece, writer);
                src.limit(src.position() + piece);
                try {
                    sink.write(src);
                } finally {
                    src.limit(end);
                }
            }
        }

        @Override
        public void rows(long count) {
            sink.rows(count);
        }

        @Override
        public void finish() {
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
