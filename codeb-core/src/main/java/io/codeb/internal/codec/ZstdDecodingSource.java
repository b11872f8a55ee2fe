package io.codeb.internal.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.codeb.spi.io.ByteSource;
import java.nio.ByteBuffer;

/**
 * Reads zstd frames one behind the other, as the zstd program does. A frame may ask for a window of any size, and is
 * not to be trusted: like the program, the library takes none of more than 128 MiB unless it is told to.
 */
final class ZstdDecodingSource extends DecodingSource {
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final ByteBuffer plain =
            ByteBuffer.allocateDirect(ZstdCodec.BUFFER_BYTES).limit(0);
    private boolean betweenFrames;
    /** The last call stopped for want of room: the decoder holds more, whether or not there is more input. */
    private boolean moreInside;

    ZstdDecodingSource(ByteSource upstream) {
        super("zstd", upstream, ByteBuffer.allocateDirect(ZstdCodec.BUFFER_BYTES));
    }

    @Override
    protected int supply(ByteBuffer dst) {
        while (!plain.hasRemaining()) {
            if (!encoded.hasRemaining() && !moreInside && !fill()) {
                if (betweenFrames) {
                    return END;
                }
                throw truncated();
            }
            guarded(this::decodeSome);
        }
        int count = Math.min(plain.remaining(), dst.remaining());
        dst.put(plain.slice(plain.position(), count));
        plain.position(plain.position() + count);
        return count;
    }

    private boolean decodeSome() {
        plain.clear();
        try {
            betweenFrames = context.decompressDirectByteBufferStream(plain, encoded);
            moreInside = !betweenFrames && !plain.hasRemaining();
        } catch (ZstdException e) {
            plain.position(0);
            throw corrupt(describe(e), e);
        } finally {
            plain.flip();
        }
        return betweenFrames;
    }

    private static String describe(ZstdException e) {
        long code = Math.abs(e.getErrorCode());
        if (code == Zstd.errPrefixUnknown()) {
            return "something that is no zstd frame where one should start";
        }
        if (code == Zstd.errFrameParameterWindowTooLarge()) {
            return "a frame needs a window of more than 128 MiB";
        }
        return String.valueOf(e.getMessage());
    }

    @Override
    void free() {
        context.close();
    }
}
