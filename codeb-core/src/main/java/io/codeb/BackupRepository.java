package io.codeb;

import io.codeb.model.BackupRef;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import io.codeb.retention.RetentionPolicy;
import io.codeb.spi.provider.ProviderConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where backups rest and in which form. Immutable; each word answers a changed copy.
 *
 * <p>Without further words entries are compressed with zstd at level 3.
 */
@CheckReturnValue
public final class BackupRepository {
    /** What a repository is called that was not {@link #named(String)}. */
    public static final String DEFAULT_NAME = "default";

    private static final String AGE = "age";

    private final String name;
    private final ProviderConfig storage;
    private final ProviderConfig compression;
    private final List<ProviderConfig> behind;
    private final Map<String, ProviderConfig> decoding;
    private final @Nullable Secret signing;
    private final List<String> trusted;
    private final List<String> mirrors;
    private final @Nullable RetentionPolicy retention;

    private BackupRepository(
            String name,
            ProviderConfig storage,
            ProviderConfig compression,
            List<ProviderConfig> behind,
            Map<String, ProviderConfig> decoding,
            @Nullable Secret signing,
            List<String> trusted,
            List<String> mirrors,
            @Nullable RetentionPolicy retention) {
        this.name = name;
        this.storage = storage;
        this.compression = compression;
        this.behind = List.copyOf(behind);
        this.decoding = Map.copyOf(decoding);
        this.signing = signing;
        this.trusted = List.copyOf(trusted);
        this.mirrors = List.copyOf(mirrors);
        this.retention = retention;
    }

    /**
     * A repository.
     *
     * @param uri where it is; the scheme chooses the storage, for example {@code local:/var/backups}
     * @return the repository
     * @throws IllegalArgumentException when this is no URI with a scheme, or has a password in it
     */
    public static BackupRepository at(String uri) {
        try {
            return at(new URI(Objects.requireNonNull(uri, "uri")));
        } catch (URISyntaxException e) {
            // Not as it is: there may be a secret in it.
            throw new IllegalArgumentException("a repository's URI cannot be read: " + e.getReason() + " at index "
                    + e.getIndex() + "; passwords and keys belong into secrets, not into a URI");
        }
    }

    /**
     * A repository in a directory of this host.
     *
     * @param directory made at the first backup if it is missing
     * @return the repository
     */
    public static BackupRepository at(Path directory) {
        return at(URI.create("local:"
                + Objects.requireNonNull(directory, "directory")
                        .toAbsolutePath()
                        .toUri()
                        .getRawPath()));
    }

    /**
     * A repository.
     *
     * @param uri where it is; the scheme chooses the storage
     * @return the repository
     * @throws IllegalArgumentException when the URI has no scheme, or a password in it
     */
    public static BackupRepository at(URI uri) {
        if (Objects.requireNonNull(uri, "uri").getScheme() == null) {
            throw new IllegalArgumentException("a repository's URI needs a scheme, as in local:/var/backups");
        }
        ProviderConfig storage =
                ProviderConfig.of(uri.getScheme().toLowerCase(Locale.ROOT)).withLocation(uri);
        return new BackupRepository(
                DEFAULT_NAME,
                storage,
                ProviderConfig.of("zstd"),
                List.of(),
                Map.of(),
                null,
                List.of(),
                List.of(),
                null);
    }

    /**
     * Gives the repository a name, by which requests choose it and backups are told apart.
     *
     * @param newName lower-case letters, digits, {@code -} and {@code _}, at most 63
     * @return a changed copy
     * @throws IllegalArgumentException when this is no name
     */
    public BackupRepository named(String newName) {
        return new BackupRepository(
                BackupRef.checkName("repository", Objects.requireNonNull(newName, "newName")),
                storage,
                compression,
                behind,
                decoding,
                signing,
                trusted,
                mirrors,
                retention);
    }

    /**
     * Sets an option of the storage.
     *
     * @param name as the storage's provider has it
     * @param value no secret: it may be shown
     * @return a changed copy
     */
    public BackupRepository option(String name, String value) {
        return new BackupRepository(
                this.name,
                storage.withOption(name, value),
                compression,
                behind,
                decoding,
                signing,
                trusted,
                mirrors,
                retention);
    }

    /**
     * Hands a credential over to the storage.
     *
     * @param name as the storage's provider has it
     * @param secret where it comes from; read at each use
     * @return a changed copy
     */
    public BackupRepository secret(String name, Secret secret) {
        return new BackupRepository(
                this.name,
                storage.withSecret(name, secret),
                compression,
                behind,
                decoding,
                signing,
                trusted,
                mirrors,
                retention);
    }

    /**
     * Compresses with zstd.
     *
     * @param level from 1 (fast) to 19 (small)
     * @return a changed copy
     */
    public BackupRepository zstd(int level) {
        return codec("zstd", Map.of("level", Integer.toString(level)));
    }

    /**
     * Compresses with zstd on several threads.
     *
     * @param level from 1 (fast) to 19 (small)
     * @param threads how many compress beside the thread that reads; 0 for none
     * @return a changed copy
     */
    public BackupRepository zstd(int level, int threads) {
        return codec("zstd", Map.of("level", Integer.toString(level), "threads", Integer.toString(threads)));
    }

    /**
     * Compresses with gzip, for tools that know nothing newer. Several times slower than zstd.
     *
     * @return a changed copy
     */
    public BackupRepository gzip() {
        return codec("gzip", Map.of());
    }

    /**
     * Does not compress.
     *
     * @return a changed copy
     */
    public BackupRepository uncompressed() {
        return codec("none", Map.of());
    }

    /**
     * Compresses with a codec of another module, or with options that have no word of their own here.
     *
     * @param id of a {@link io.codeb.spi.codec.CodecProvider}
     * @param options as that provider names them
     * @return a changed copy
     */
    public BackupRepository codec(String id, Map<String, String> options) {
        ProviderConfig config = ProviderConfig.of(id);
        for (Map.Entry<String, String> option :
                Objects.requireNonNull(options, "options").entrySet()) {
            config = config.withOption(option.getKey(), option.getValue());
        }
        return new BackupRepository(name, storage, config, behind, decoding, signing, trusted, mirrors, retention);
    }

    /**
     * Sends what was compressed through one codec more, behind those that were named so: encryption, for example.
     *
     * @param config of a {@link io.codeb.spi.codec.CodecProvider}
     * @return a changed copy
     */
    public BackupRepository thenCodec(ProviderConfig config) {
        List<ProviderConfig> more = new ArrayList<>(behind);
        more.add(Objects.requireNonNull(config, "config"));
        return new BackupRepository(name, storage, compression, more, decoding, signing, trusted, mirrors, retention);
    }

    /**
     * Encrypts what is written from now on, in the format of age: each backup to a key of its own, and that key to
     * these recipients. So a host that has their public keys alone makes backups that it cannot read. Takes the module
     * {@code codeb-age}. Said again, it names all recipients anew; backups that are there get them by {@link
     * CatalogService#rewrap}.
     *
     * @param recipients public keys, {@code age1…}, at least one
     * @return a changed copy
     * @throws IllegalArgumentException when there is none
     */
    public BackupRepository encryptTo(String... recipients) {
        for (String recipient : Objects.requireNonNull(recipients, "recipients")) {
            Objects.requireNonNull(recipient, "recipients");
        }
        if (recipients.length == 0) {
            throw new IllegalArgumentException("encryption needs a recipient, age1…");
        }
        List<ProviderConfig> others = new ArrayList<>(behind);
        others.removeIf(codec -> codec.id().equals(AGE));
        others.add(ProviderConfig.of(AGE).withOption("recipients", String.join(" ", recipients)));
        return new BackupRepository(name, storage, compression, others, decoding, signing, trusted, mirrors, retention);
    }

    /**
     * Gives what encrypted backups are read with. Only restores and exports need it, {@link CatalogService#checkKeys}
     * and {@link CatalogService#rewrap}.
     *
     * @param identities private keys as in a file of {@code age-keygen}: one {@code AGE-SECRET-KEY-1…} in a line; read
     *     at each use
     * @return a changed copy
     */
    public BackupRepository identity(Secret identities) {
        return decoding(
                ProviderConfig.of(AGE).withSecret("identity", Objects.requireNonNull(identities, "identities")));
    }

    /**
     * Signs the manifest of what is written from now on, so that nobody else can put a backup here, or change one. From
     * here on the repository refuses to restore and to copy what was not signed so, for this very repository by its
     * name, project and id.
     *
     * @param privateKey of Ed25519, in PEM as {@code openssl genpkey -algorithm ed25519} writes it; read at each use.
     *     The public key that belongs to it is trusted, too
     * @return a changed copy
     */
    public BackupRepository signWith(Secret privateKey) {
        return new BackupRepository(
                name,
                storage,
                compression,
                behind,
                decoding,
                Objects.requireNonNull(privateKey, "privateKey"),
                trusted,
                mirrors,
                retention);
    }

    /**
     * Names whose signatures are believed, beside one's own. What is signed by nobody of them is not restored.
     *
     * @param publicKeys of Ed25519, as {@code openssl pkey -pubout} prints them, with or without the first and last
     *     line; all of them, also those of before
     * @return a changed copy
     */
    public BackupRepository trusting(String... publicKeys) {
        for (String key : Objects.requireNonNull(publicKeys, "publicKeys")) {
            Objects.requireNonNull(key, "publicKeys");
        }
        return new BackupRepository(
                name, storage, compression, behind, decoding, signing, List.of(publicKeys), mirrors, retention);
    }

    /**
     * Names other repositories that get each backup, too, as it is stored. One that cannot be reached fails no backup:
     * it is told as a notice and by an event, gets what it lacks with the next backup or by {@link
     * CatalogService#catchUp}, and {@link CatalogService#mirrors} shows how far it is behind.
     *
     * @param repositories by their names; all of them
     * @return a changed copy
     */
    public BackupRepository mirroredTo(String... repositories) {
        for (String mirror : Objects.requireNonNull(repositories, "repositories")) {
            Objects.requireNonNull(mirror, "repositories");
        }
        return new BackupRepository(
                name, storage, compression, behind, decoding, signing, trusted, List.of(repositories), retention);
    }

    /**
     * Which backups stay here when they are pruned, of projects that do not say it themselves.
     *
     * @param policy which
     * @return a changed copy
     */
    public BackupRepository retention(RetentionPolicy policy) {
        return new BackupRepository(
                name,
                storage,
                compression,
                behind,
                decoding,
                signing,
                trusted,
                mirrors,
                Objects.requireNonNull(policy, "policy"));
    }

    /**
     * Says how entries are read that went through a codec, whichever wrote them. Needed where reading takes something
     * that writing does not, such as a private key; without this word they are read with what writing is configured
     * with, or with the codec's defaults.
     *
     * @param config of a {@link io.codeb.spi.codec.CodecProvider}
     * @return a changed copy
     */
    public BackupRepository decoding(ProviderConfig config) {
        Map<String, ProviderConfig> changed = new TreeMap<>(decoding);
        changed.put(Objects.requireNonNull(config, "config").id(), config);
        return new BackupRepository(name, storage, compression, behind, changed, signing, trusted, mirrors, retention);
    }

    /**
     * What it is called.
     *
     * @return {@link #DEFAULT_NAME} unless another was given
     */
    public String name() {
        return name;
    }

    /**
     * Where it is.
     *
     * @return a URI with a scheme
     */
    public URI location() {
        return storage.location().orElseThrow();
    }

    /**
     * What its storage is opened with.
     *
     * @return the location, options and secrets
     */
    public ProviderConfig storage() {
        return storage;
    }

    /**
     * What new entries go through, in the order of writing.
     *
     * @return the compression, and what is behind it
     */
    public List<ProviderConfig> codecs() {
        List<ProviderConfig> all = new ArrayList<>();
        all.add(compression);
        all.addAll(behind);
        return List.copyOf(all);
    }

    /**
     * How entries are read, where that was said.
     *
     * @return configurations by the codec's id
     */
    public Map<String, ProviderConfig> decoding() {
        return decoding;
    }

    /**
     * What signs.
     *
     * @return empty where nothing is signed
     */
    public Optional<Secret> signing() {
        return Optional.ofNullable(signing);
    }

    /**
     * Whose signatures are believed, beside one's own.
     *
     * @return public keys, as they were given
     */
    public List<String> trusted() {
        return trusted;
    }

    /**
     * Where else its backups go.
     *
     * @return names of other repositories
     */
    public List<String> mirrors() {
        return mirrors;
    }

    /**
     * Which backups stay, of projects that do not say it themselves.
     *
     * @return empty where nothing is pruned then
     */
    public Optional<RetentionPolicy> retention() {
        return Optional.ofNullable(retention);
    }
}
