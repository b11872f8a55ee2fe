package io.codeb.benchmarks.pieces;

import io.codeb.internal.io.DigestSink;
import io.codeb.spi.io.NullSink;
import io.codeb.spi.io.Transfer;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** SHA-256 of what passes, with the thread that it has of its own. */
@State(Scope.Thread)
public class DigestBenchmark {
    private byte[] block = {};

    /** Makes what passes. */
    @Setup
    public void make() {
        block = Rows.COPY.block();
    }

    /**
     * One stream.
     *
     * @param passed counts
     * @return so that nothing is left out
     */
    @Benchmark
    public String digest(Passed passed) {
        try (DigestSink sink = new DigestSink(new NullSink())) {
            for (int from = 0; from < block.length; from += Transfer.BUFFER_BYTES) {
                sink.write(ByteBuffer.wrap(block, from, Math.min(Transfer.BUFFER_BYTES, block.length - from)));
            }
            sink.finish();
            passed.bytes += sink.size();
            return sink.sha256();
        }
    }
}
