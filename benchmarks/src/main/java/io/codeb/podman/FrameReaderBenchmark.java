package io.codeb.podman;

import io.codeb.benchmarks.pieces.Passed;
import io.codeb.spi.io.Transfer;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What takes the container API's stream apart; in the package of it, which keeps it to itself. */
@State(Scope.Thread)
public class FrameReaderBenchmark {
    private static final int STREAM_BYTES = 8 * 1024 * 1024;
    private static final int HEADER = 8;

    /** How long the payload of each frame is; Podman sends up to 8 KiB in one, Docker up to 32 KiB. */
    @Param({"512", "8192", "32768"})
    public int frame = 8192;

    private ByteBuffer stream = ByteBuffer.allocate(0);

    /** Makes a stream of whole frames. */
    @Setup
    public void make() {
        int frames = STREAM_BYTES / (HEADER + frame);
        stream = ByteBuffer.allocate(frames * (HEADER + frame));
        for (int i = 0; i < frames; i++) {
            stream.putInt(0x0100_0000).putInt(frame);
            stream.position(stream.position() + frame);
        }
    }

    /**
     * One stream.
     *
     * @param passed counts the payload
     * @throws ProtocolException never
     */
    @Benchmark
    public void takeApart(Passed passed) throws ProtocolException {
        FrameReader reader = new FrameReader();
        FrameReader.Receiver receiver = new FrameReader.Receiver() {
            @Override
            public void stdout(ByteBuffer payload) {
                passed.bytes += payload.remaining();
            }

            @Override
            public void stderr(ByteBuffer payload) {
                throw new IllegalStateException("nothing was written there");
            }
        };
        for (int from = 0; from < stream.capacity(); from += Transfer.BUFFER_BYTES) {
            reader.feed(stream.slice(from, Math.min(Transfer.BUFFER_BYTES, stream.capacity() - from)), receiver);
        }
        if (!reader.betweenFrames()) {
            throw new IllegalStateException("the stream has ended in a frame");
        }
    }
}
