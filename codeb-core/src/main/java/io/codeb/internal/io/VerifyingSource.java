package io.codeb.internal.io;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSource;
import java.nio.ByteBuffer;

/** Passes bytes on and answers the end only when size and digest are the ones on record. */
public final class VerifyingSource extends FilterSource {
    private final String what;
    private final long expectedSize;
    private final String expectedSha256;
    private final Sha256 digest = new Sha256();
    private long size;

    /**
     * Makes the source.
     *
     * @param upstream where the bytes come from; owned by this source from here on
     * @param what names the bytes in messages
     * @param expectedSize the size on record
     * @param expectedSha256 the digest on record
     */
    public VerifyingSource(ByteSource upstream, String what, long expectedSize, String expectedSha256) {
        super(upstream);
        this.what = what;
        this.expectedSize = expectedSize;
        this.expectedSha256 = expectedSha256;
    }

    @Override
    protected int supply(ByteBuffer dst) {
        int start = dst.position();
        int count = upstream().read(dst);
        if (count != END) {
            size += count;
            if (size > expectedSize) {
                throw new IntegrityException(
                        ErrorCode.DIGEST_MISMATCH,
                        what + " is longer than the " + expectedSize + " bytes on record",
                        "do not use this backup; restore another one or a copy");
            }
            digest.update(dst.duplicate().flip().position(start));
            return count;
        }
        if (size < expectedSize) {
            throw new IntegrityException(
                    ErrorCode.TRUNCATED,
                    what + " ends after " + size + " of " + expectedSize + " bytes",
                    "do not use this backup; restore another one or a copy");
        }
        if (!digest.finish().equals(expectedSha256)) {
            throw new IntegrityException(
                    ErrorCode.DIGEST_MISMATCH,
                    what + " differs from its digest on record",
                    "do not use this backup; restore another one or a copy");
        }
        return END;
    }

    @Override
    protected void release() {
        digest.close();
    }
}
