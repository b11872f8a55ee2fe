package io.codeb.internal.codec;

import io.codeb.spi.codec.Codec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;

/** Gzip members, RFC 1952. */
record GzipCodec(int level, boolean paddingAllowed) implements Codec {
    static final String ID = "gzip";
    static final int BUFFER_BYTES = 64 * 1024;

    static final int MAGIC_1 = 0x1f;
    static final int MAGIC_2 = 0x8b;
    static final int METHOD_DEFLATE = 8;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String extension() {
        return ".gz";
    }

    @Override
    public ByteSink encode(ByteSink downstream) {
        return new GzipEncodingSink(downstream, level);
    }

    @Override
    public ByteSource decode(ByteSource upstream) {
        return new GzipDecodingSource(upstream, paddingAllowed);
    }
}
