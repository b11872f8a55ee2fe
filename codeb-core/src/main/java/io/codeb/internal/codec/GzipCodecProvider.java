package io.codeb.internal.codec;

import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;

/**
 * Gzip. Options: {@code level}, 1 to 9, without a word 6; {@code padding}, 1 to take zeros behind the last member for
 * nothing, as gunzip does, without a word 0.
 */
public final class GzipCodecProvider implements CodecProvider {
    @Override
    public String id() {
        return GzipCodec.ID;
    }

    @Override
    public Codec create(ProviderConfig config) {
        ConfigReader given = config.reader();
        int level = given.integer("level", 1, 9, 6);
        boolean padding = given.integer("padding", 0, 1, 0) == 1;
        given.requireNothingElse();
        return new GzipCodec(level, padding);
    }
}
