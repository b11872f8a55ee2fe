package io.codeb.spi.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Bytes in memory, and a failure behind them where it is asked for. */
final class ArraySource implements ByteSource {
    private final ByteBuffer content;
    private final @Nullable RuntimeException failure;
    int reads;
    int closes;

    ArraySource(byte[] content) {
        this(content, null);
    }

    ArraySource(byte[] content, @Nullable RuntimeException failure) {
        this.content = ByteBuffer.wrap(content);
        this.failure = failure;
    }

    static byte[] readAll(ByteSource source, int room) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(room);
        while (source.read(buffer.clear()) != END) {
            all.write(buffer.array(), 0, buffer.position());
        }
        return all.toByteArray();
    }

    @Override
    public int read(ByteBuffer dst) {
        reads++;
        if (!content.hasRemaining()) {
            if (failure != null) {
                throw failure;
            }
            return END;
        }
        int count = Math.min(content.remaining(), dst.remaining());
        dst.put(content.slice(content.position(), count));
        content.position(content.position() + count);
        return count;
    }

    @Override
    public void close() {
        closes++;
    }
}
