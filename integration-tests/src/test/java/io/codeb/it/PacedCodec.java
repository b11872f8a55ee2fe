package io.codeb.it;

import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSink;
import io.codeb.spi.provider.ProviderConfig;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/**
 * Lets the bytes of an entry pass as they are, as many as it is allowed to.
 *
 * @param bytes how many may pass yet
 */
record PacedCodec(Semaphore bytes) implements CodecProvider, Codec {
    static final String PACED = "paced";

    /** Enough for whatever a test makes. */
    static final int ALL = Integer.MAX_VALUE / 2;

    @Override
    public String id() {
        return PACED;
    }

    @Override
    public Codec create(ProviderConfig config) {
        return this;
    }

    @Override
    public String extension() {
        return "";
    }

    @Override
    public ByteSink encode(ByteSink downstream) {
        return new FilterSink(downstream) {
            @Override
            protected void accept(ByteBuffer src, ByteSink next) {
                bytes.acquireUninterruptibly(src.remaining());
                next.write(src);
            }
        };
    }

    @Override
    public ByteSource decode(ByteSource upstream) {
        return upstream;
    }
}
