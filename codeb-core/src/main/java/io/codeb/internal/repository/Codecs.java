package io.codeb.internal.repository;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The codecs of this application, by id. Thread-safe. */
public final class Codecs {
    private final Function<String, CodecProvider> providers;

    /**
     * Makes the collection.
     *
     * @param providers answers the provider of an id, or throws {@link ConfigException}
     */
    public Codecs(Function<String, CodecProvider> providers) {
        this.providers = providers;
    }

    /**
     * Makes a codec that writes.
     *
     * @param id which
     * @param options its settings
     * @return the codec
     */
    public Codec writer(String id, Map<String, String> options) {
        return providers.apply(id).create(options);
    }

    /**
     * Makes the codecs that read an entry.
     *
     * @param ids which, in the order of writing
     * @return the codecs in the same order
     */
    public List<Codec> readers(List<String> ids) {
        try {
            return ids.stream().map(id -> writer(id, Map.of())).toList();
        } catch (ConfigException e) {
            throw new ConfigException(
                    ErrorCode.MODULE_MISSING,
                    List.of("the backup was written through " + ids + ", and not all of these are here: "
                            + e.getMessage()),
                    e.hint());
        }
    }
}
