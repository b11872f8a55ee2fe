package io.codeb.internal.io;

import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.FilterSink;
import java.nio.ByteBuffer;

/** Counts and digests the bytes that pass. Its results hold once it is finished. */
public final class DigestSink extends FilterSink {
    private final Sha256 digest = new Sha256();
    private long size;
    private String sha256 = "";

    /**
     * Makes the sink.
     *
     * @param downstream where the bytes go on
     */
    public DigestSink(ByteSink downstream) {
        super(downstream);
    }

    @Override
    protected void accept(ByteBuffer src, ByteSink next) {
        size += src.remaining();
        digest.update(src.duplicate());
        next.write(src);
    }

    @Override
    protected void complete(ByteSink next) {
        sha256 = digest.finish();
    }

    @Override
    protected void release() {
        digest.close();
    }

    /**
     * How many bytes have passed so far.
     *
     * @return at least 0
     */
    public long size() {
        return size;
    }

    /**
     * The digest of all of them.
     *
     * @return 64 lower-case hexadecimal digits; empty before the end
     */
    public String sha256() {
        return sha256;
    }
}
