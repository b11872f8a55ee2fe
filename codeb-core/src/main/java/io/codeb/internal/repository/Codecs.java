package io.codeb.internal.repository;

import io.codeb.BackupRepository;
import io.codeb.error.ConfigException;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.provider.ProviderConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The codecs that are here, as one repository configures them. Thread-safe. */
public final class Codecs {
    private final Function<String, CodecProvider> providers;
    private final List<Codec> encoding;
    private final Map<String, Codec> decoding;

    /**
     * Makes the codecs that no repository has configured.
     *
     * @param providers answers the provider of an id, or throws {@link ConfigException}
     */
    public Codecs(Function<String, CodecProvider> providers) {
        this(providers, List.of(), new ConcurrentHashMap<>());
    }

    private Codecs(Function<String, CodecProvider> providers, List<Codec> encoding, Map<String, Codec> decoding) {
        this.providers = providers;
        this.encoding = encoding;
        this.decoding = decoding;
    }

    /**
     * Makes the codecs of a repository, each once, so that a wrong option is told now and not in the middle of the
     * night.
     *
     * @param repository says what entries go through, and how they are read
     * @return its codecs
     * @throws ConfigException when one is missing, or refuses its configuration
     */
    public Codecs of(BackupRepository repository) {
        List<Codec> writing = new ArrayList<>();
        Map<String, Codec> reading = new ConcurrentHashMap<>();
        for (ProviderConfig config : repository.codecs()) {
            Codec codec = create(config);
            writing.add(codec);
            reading.putIfAbsent(config.id(), codec);
        }
        requireOneKey(writing);
        repository.decoding().values().forEach(config -> reading.put(config.id(), create(config)));
        return new Codecs(providers, List.copyOf(writing), reading);
    }

    /** What new entries go through, in the order of writing. */
    List<String> ids() {
        return encoding.stream().map(Codec::id).toList();
    }

    private static void requireOneKey(List<Codec> writing) {
        List<KeyedCodec> keyed = keyed(writing);
        if (keyed.size() > 1) {
            throw new ConfigException(
                    "a repository encrypts once, and not through "
                            + keyed.stream().map(Codec::id).toList(),
                    "name all recipients in one encryptTo(…)");
        }
        for (KeyedCodec codec : keyed) {
            if (codec.recipients().isEmpty()) {
                throw new ConfigException(
                        codec.id() + " has no recipient to encrypt to", "name the public keys with encryptTo(…)");
            }
        }
    }

    private static List<KeyedCodec> keyed(List<Codec> chain) {
        return chain.stream()
                .filter(KeyedCodec.class::isInstance)
                .map(KeyedCodec.class::cast)
                .toList();
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
     * What encrypts.
     *
     * @return empty where the repository does not
     */
    Optional<KeyedCodec> encryption() {
        return keyed(encoding).stream().findFirst();
    }

    /**
     * What the entries of one backup are written through.
     *
     * @return the codecs, with a fresh key where they encrypt
     */
    Sealing seal() {
        return encryption()
                .map(codec -> Sealing.with(BackupKey.fresh(codec), encoding))
                .orElseGet(() -> new Sealing(encoding, Optional.empty()));
    }

    /**
     * What reads an entry. A codec that nobody configured is made with its defaults when the first entry needs it.
     *
     * @param ids which, in the order of writing
     * @return the codecs in the same order
     */
    List<Codec> readers(List<String> ids) {
        try {
            return ids.stream()
                    .map(id -> decoding.computeIfAbsent(id, missing -> create(ProviderConfig.of(missing))))
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
