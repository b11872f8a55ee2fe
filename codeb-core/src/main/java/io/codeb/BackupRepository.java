package io.codeb;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where backups rest and in which form. Immutable; each word answers a changed copy.
 *
 * <p>Without further words entries are compressed with zstd at level 3.
 */
public final class BackupRepository {
    private final URI location;
    private final List<CodecChoice> codecs;

    private BackupRepository(URI location, List<CodecChoice> codecs) {
        this.location = location;
        this.codecs = codecs;
    }

    /**
     * A repository.
     *
     * @param uri where it is; the scheme chooses the storage, for example {@code local:/var/backups}
     * @return the repository
     * @throws IllegalArgumentException when this is no URI with a scheme
     */
    public static BackupRepository at(String uri) {
        return at(URI.create(uri));
    }

    /**
     * A repository in a directory of this host.
     *
     * @param directory made at the first backup if it is missing
     * @return the repository
     */
    public static BackupRepository at(Path directory) {
        return at(URI.create("local:" + directory.toAbsolutePath().toUri().getRawPath()));
    }

    /**
     * A repository.
     *
     * @param uri where it is; the scheme chooses the storage
     * @return the repository
     * @throws IllegalArgumentException when the URI has no scheme
     */
    public static BackupRepository at(URI uri) {
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException("a repository's URI needs a scheme, such as local: in '" + uri + "'");
        }
        return new BackupRepository(uri, List.of(new CodecChoice("zstd", Map.of())));
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
        return new BackupRepository(location, List.of(new CodecChoice(id, options)));
    }

    /**
     * Where it is.
     *
     * @return a URI with a scheme
     */
    public URI location() {
        return location;
    }

    /**
     * What new entries go through, in the order of writing.
     *
     * @return codecs by id, with their options
     */
    public List<CodecChoice> codecs() {
        return codecs;
    }

    /**
     * A codec and its options.
     *
     * @param id of a {@link io.codeb.spi.codec.CodecProvider}
     * @param options as that provider names them
     */
    public record CodecChoice(String id, Map<String, String> options) {
        /** Copies the options. */
        public CodecChoice {
            Objects.requireNonNull(id);
            options = Map.copyOf(options);
        }
    }
}
