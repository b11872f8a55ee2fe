package io.codeb.internal.codec;

import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;

/** No compression: what goes in comes out. Has no options. */
public final class NoneCodecProvider implements CodecProvider {
    private static final String ID = "none";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Codec create(ProviderConfig config) {
        config.reader().requireNothingElse();
        return new NoneCodec();
    }

    private record NoneCodec() implements Codec {
        @Override
        public String id() {
            return ID;
        }

        @Override
        public String extension() {
            return "";
        }

        @Override
        public ByteSink encode(ByteSink downstream) {
            return downstream;
        }

        @Override
        public ByteSource decode(ByteSource upstream) {
            return upstream;
        }
    }
}
