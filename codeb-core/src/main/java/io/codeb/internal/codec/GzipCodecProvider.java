package io.codeb.internal.codec;

import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import java.util.Map;

/** Gzip. Option: {@code level}, 1 to 9, without a word 6. */
public final class GzipCodecProvider implements CodecProvider {
    @Override
    public String id() {
        return GzipCodec.ID;
    }

    @Override
    public Codec create(Map<String, String> options) {
        CodecOptions given = new CodecOptions(GzipCodec.ID, options);
        int level = given.integer("level", 1, 9, 6);
        given.requireNothingElse();
        return new GzipCodec(level);
    }
}
