package io.codeb.internal.codec;

import io.codeb.spi.io.ByteSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes one gzip member without a name or a time, so that equal content makes equal bytes. */
final class GzipEncodingSink extends EncodingSink {
    private static final int TRAILER_BYTES = 8;
    private static final byte OS_UNKNOWN = (byte) 255;

    private final Deflater deflater;
    private final CRC32 crc = new CRC32();

    GzipEncodingSink(ByteSink downstream, int level) {
        super(downstream, header());
        deflater = new Deflater(level, true);
    }

    private static ByteBuffer header() {
        return ByteBuffer.allocateDirect(GzipCodec.BUFFER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) GzipCodec.MAGIC_1)
                .put((byte) GzipCodec.MAGIC_2)
                .put((byte) GzipCodec.METHOD_DEFLATE)
                .put(new byte[6])
                .put(OS_UNKNOWN);
    }

    @Override
    void encode(ByteBuffer src, ByteBuffer out) {
        ByteBuffer taken = src.duplicate();
        deflater.setInput(src);
        deflater.deflate(out);
        crc.update(taken.limit(src.position()));
    }

    @Override
    boolean end(ByteBuffer out) {
        if (!deflater.finished()) {
            deflater.setInput(new byte[0]);
            deflater.finish();
            deflater.deflate(out);
        }
        if (!deflater.finished() || out.remaining() < TRAILER_BYTES) {
            return false;
        }
        out.putInt((int) crc.getValue()).putInt((int) deflater.getBytesRead());
        return true;
    }

    @Override
    void free() {
        deflater.end();
    }
}
