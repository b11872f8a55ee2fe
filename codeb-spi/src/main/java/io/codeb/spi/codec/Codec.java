package io.codeb.spi.codec;

import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;

/**
 * Turns a stream into another and back. Immutable and thread-safe; the sinks and sources it makes are not.
 *
 * <p>{@code CodecContract} in codeb-tck is this text as runnable tests.
 */
public interface Codec {
    /**
     * The name that manifests record.
     *
     * @return for example {@code zstd}
     */
    String id();

    /**
     * What an encoded object's name ends with.
     *
     * @return for example {@code .zst}, or an empty string
     */
    String extension();

    /**
     * Encodes. The sink's {@code finish()} writes the trailer and finishes downstream; its {@code abort()} aborts
     * downstream and never makes what was written decodable to its end.
     *
     * @param downstream where the encoded bytes go; owned by the sink from here on
     * @return where the plain bytes go
     */
    ByteSink encode(ByteSink downstream);

    /**
     * Decodes. The source answers the end only when the encoded stream ended where its format says and nothing follows.
     *
     * @param upstream where the encoded bytes come from; owned by the source from here on
     * @return the plain bytes; throws {@link io.codeb.error.IntegrityException} {@code TRUNCATED} or {@code CORRUPT}
     */
    ByteSource decode(ByteSource upstream);
}
