package io.codeb.benchmarks.pieces;

import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.NullSink;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.provider.ProviderConfig;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The codecs, with the options that a repository has when it says nothing. */
@State(Scope.Thread)
public class CodecBenchmark {
    /** Which; {@code age} is given what is not compressible any more, as it is in a backup. */
    @Param({"zstd", "gzip", "age"})
    public String codec = "zstd";

    private @Nullable Codec made;
    private byte[] plain = {};
    private byte[] encoded = {};

    /** Makes what is encoded and decoded. */
    @Setup
    public void make() {
        Codec found = provider(codec).create(ProviderConfig.of(codec));
        Codec coder = found instanceof KeyedCodec keyed ? keyed.with(keyed.newKey()) : found;
        made = coder;
        byte[] rows = Rows.COPY.block();
        plain = codec.equals("age") ? all(provider("zstd").create(ProviderConfig.of("zstd")), rows) : rows;
        encoded = all(coder, plain);
    }

    private Codec coder() {
        return Objects.requireNonNull(made);
    }

    private static CodecProvider provider(String id) {
        return ServiceLoader.load(CodecProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] all(Codec codec, byte[] plain) {
        Bytes bytes = new Bytes();
        write(codec.encode(bytes), plain);
        return bytes.written.toByteArray();
    }

    private static void write(ByteSink sink, byte[] bytes) {
        try (sink) {
            for (int from = 0; from < bytes.length; from += Transfer.BUFFER_BYTES) {
                sink.write(ByteBuffer.wrap(bytes, from, Math.min(Transfer.BUFFER_BYTES, bytes.length - from)));
            }
            sink.finish();
        }
    }

    /**
     * Plain bytes in, and nobody wants what comes out.
     *
     * @param passed counts
     */
    @Benchmark
    public void encode(Passed passed) {
        write(coder().encode(new NullSink()), plain);
        passed.bytes += plain.length;
    }

    /**
     * Encoded bytes in, and as many plain ones out as there were.
     *
     * @param passed counts
     */
    @Benchmark
    public void decode(Passed passed) {
        ByteBuffer buffer = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
        long length = 0;
        try (ByteSource source = coder().decode(new Kept(encoded))) {
            for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
                length += n;
                buffer.clear();
            }
        }
        if (length != plain.length) {
            throw new IllegalStateException(length + " bytes have come out");
        }
        passed.bytes += length;
    }

    /** Keeps what is written. */
    private static final class Bytes implements ByteSink {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public void write(ByteBuffer src) {
            byte[] piece = new byte[src.remaining()];
            src.get(piece);
            written.writeBytes(piece);
        }

        @Override
        public void finish() {}

        @Override
        public void abort(Throwable cause) {}

        @Override
        public void close() {}
    }

    /** Hands out what was kept. */
    private static final class Kept implements ByteSource {
        private final ByteBuffer left;

        Kept(byte[] bytes) {
            left = ByteBuffer.wrap(bytes);
        }

        @Override
        public int read(ByteBuffer dst) {
            if (!left.hasRemaining()) {
                return -1;
            }
            int n = Math.min(left.remaining(), dst.remaining());
            dst.put(left.slice(left.position(), n));
            left.position(left.position() + n);
            return n;
        }

        @Override
        public void close() {}
    }
}
