package io.codeb.spi.codec;

import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;

/** Makes the codecs of one id. */
public interface CodecProvider extends Provider<Codec> {
    /**
     * Makes a codec.
     *
     * @param config its options, and the secrets that it needs to encode or to decode; whatever its options are, it
     *     decodes what any others encoded
     * @return the codec
     */
    @Override
    Codec create(ProviderConfig config);
}
