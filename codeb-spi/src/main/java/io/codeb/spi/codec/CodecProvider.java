package io.codeb.spi.codec;

import java.util.Map;

/** Makes the codecs of one id. Found by {@link java.util.ServiceLoader}. */
public interface CodecProvider {
    /**
     * The id.
     *
     * @return for example {@code zstd}, in lower case
     */
    String id();

    /**
     * Makes a codec.
     *
     * @param options its settings by name; empty for the defaults, which decode whatever any setting encoded
     * @return the codec
     * @throws io.codeb.error.ConfigException when an option is unknown or out of its range
     */
    Codec create(Map<String, String> options);
}
