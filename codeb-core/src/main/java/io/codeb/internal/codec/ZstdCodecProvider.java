package io.codeb.internal.codec;

import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;

/**
 * Zstandard. Options: {@code level}, 1 to 19, without a word 3; {@code threads}, 0 to 64, how many compress beside the
 * thread that writes, without a word 0.
 *
 * <p>Memory outside the heap: a few MiB at level 3, about 90 MiB at level 19, for each thread and once more.
 */
public final class ZstdCodecProvider implements CodecProvider {
    @Override
    public String id() {
        return ZstdCodec.ID;
    }

    @Override
    public Codec create(ProviderConfig config) {
        ConfigReader given = config.reader();
        int level = given.integer("level", 1, 19, 3);
        int threads = given.integer("threads", 0, 64, 0);
        given.requireNothingElse();
        ZstdLibrary.require();
        return new ZstdCodec(level, threads);
    }
}
