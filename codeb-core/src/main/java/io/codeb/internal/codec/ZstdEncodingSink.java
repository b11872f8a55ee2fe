package io.codeb.internal.codec;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.codeb.spi.io.ByteSink;
import java.nio.ByteBuffer;

/** Writes one zstd frame. */
final class ZstdEncodingSink extends EncodingSink {
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    /** The library takes direct buffers only; what comes in others passes through this one. */
    private final ByteBuffer staged = ByteBuffer.allocateDirect(ZstdCodec.BUFFER_BYTES);

    ZstdEncodingSink(ByteSink downstream, int level, int threads) {
        super(downstream, ByteBuffer.allocateDirect(ZstdCodec.BUFFER_BYTES));
        context.setLevel(level).setChecksum(true).setWorkers(threads);
    }

    @Override
    void encode(ByteBuffer src, ByteBuffer out) {
        if (src.isDirect()) {
            context.compressDirectByteBufferStream(out, src, EndDirective.CONTINUE);
            return;
        }
        int taken = Math.min(src.remaining(), staged.capacity());
        staged.clear();
        staged.put(src.slice(src.position(), taken)).flip();
        context.compressDirectByteBufferStream(out, staged, EndDirective.CONTINUE);
        src.position(src.position() + staged.position());
    }

    @Override
    boolean end(ByteBuffer out) {
        return context.compressDirectByteBufferStream(out, NOTHING.duplicate(), EndDirective.END);
    }

    @Override
    void free() {
        context.close();
    }
}
