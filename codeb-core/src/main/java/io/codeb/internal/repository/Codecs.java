package io.codeb.internal.repository;

import io.codeb.BackupRepository;
import io.codeb.error.ConfigException;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.provider.ProviderConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The codecs that are here, as one repository configures them. Thread-safe. */
public final class Codecs {
    private final Function<String, CodecProvider> providers;
    private final List<ProviderConfig> encoding;
    private final Map<String, ProviderConfig> decoding;

    /**
     * Makes the codecs that no repository has configured.
     *
     * @param providers answers the provider of an id, or throws {@link ConfigException}
     */
    public Codecs(Function<String, CodecProvider> providers) {
        this(providers, List.of(), Map.of());
    }

    private Codecs(
            Function<String, CodecProvider> providers,
            List<ProviderConfig> encoding,
            Map<String, ProviderConfig> decoding) {
        this.providers = providers;
        this.encoding = encoding;
        this.decoding = decoding;
    }

    /**
     * Makes the codecs of a repository. All that it names are tried, so that a wrong option is told now and not in the
     * middle of the night.
     *
     * @param repository says what entries go through, and how they are read
     * @return its codecs
     * @throws ConfigException when one is missing, or refuses its configuration
     */
    public Codecs of(BackupRepository repository) {
        Map<String, ProviderConfig> reading = new HashMap<>();
        repository.codecs().forEach(config -> reading.putIfAbsent(config.id(), config));
        reading.putAll(repository.decoding());
        repository.codecs().forEach(this::create);
        repository.decoding().values().forEach(this::create);
        return new Codecs(providers, repository.codecs(), reading);
    }

    /**
     * Makes a codec.
     *
     * @param config which, and how
     * @return the codec
     */
    public Codec create(ProviderConfig config) {
        return providers.apply(config.id()).create(config);
    }

    /**
     * Makes the codecs that write an entry.
     *
     * @return in the order of writing
     */
    List<Codec> writers() {
        return encoding.stream().map(this::create).toList();
    }

    /**
     * Makes the codecs that read an entry.
     *
     * @param ids which, in the order of writing
     * @return the codecs in the same order
     */
    List<Codec> readers(List<String> ids) {
        try {
            return ids.stream()
                    .map(id -> create(decoding.getOrDefault(id, ProviderConfig.of(id))))
                    .toList();
        } catch (ConfigException e) {
            throw new ConfigException(
                    e.code(),
                    List.of("the backup was written through " + ids + ", and not all of these can be read here: "
                            + e.getMessage()),
                    e.hint());
        }
    }
}
