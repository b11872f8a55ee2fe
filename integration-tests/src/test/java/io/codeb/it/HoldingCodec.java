package io.codeb.it;

import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSink;
import io.codeb.spi.provider.ProviderConfig;
import java.nio.ByteBuffer;

/**
 * Lets so many bytes of an entry pass as they are, and holds the entry up behind them.
 *
 * @param after how many bytes; at least one
 * @param hold returns when the entry may go on
 */
record HoldingCodec(long after, Runnable hold) implements CodecProvider, Codec {
    static final String HELD = "held";

    @Override
    public String id() {
        return HELD;
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
            private long passed;

            @Override
            protected void accept(ByteBuffer src, ByteSink next) {
                boolean before = passed < after;
                passed += src.remaining();
                next.write(src);
                if (before && passed >= after) {
                    hold.run();
                }
            }
        };
    }

    @Override
    public ByteSource decode(ByteSource upstream) {
        return upstream;
    }
}
