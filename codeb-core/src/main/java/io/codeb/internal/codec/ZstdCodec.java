package io.codeb.internal.codec;

import io.codeb.spi.codec.Codec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;

/** Zstandard frames with a content checksum, RFC 8878. */
record ZstdCodec(int level, int threads) implements Codec {
    static final String ID = "zstd";
    /** One block of the format: what the library can work on at a time without keeping a rest. */
    static final int BUFFER_BYTES = 128 * 1024;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String extension() {
        return ".zst";
    }

    @Override
    public ByteSink encode(ByteSink downstream) {
        return new ZstdEncodingSink(downstream, level, threads);
    }

    @Override
    public ByteSource decode(ByteSource upstream) {
        return new ZstdDecodingSource(upstream);
    }
}
