package io.codeb.deploy;

import io.codeb.RestoreRequest;
import io.codeb.deploy.internal.source.FetchedDump;
import io.codeb.error.CancelledException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.net.Addresses;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * What the database of a deployment is restored from: a backup, or a dump in a file, in an S3 store, or behind an
 * {@code https://} URL. Immutable; each word answers a changed copy.
 *
 * <p>A dump from elsewhere is fetched whole before anything else is done, into the directory for temporary files. A
 * server is spoken to over TLS, and only at addresses of the public Internet, wherever it sends on to; what is looked
 * at is the address of the connection itself.
 */
@CheckReturnValue
public final class BackupSource {
    private static final long MOST_BYTES = 64L << 30;
    private static final Duration SILENCE = Duration.ofMinutes(1);
    private static final Duration LIMIT = Duration.ofHours(6);
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*", Pattern.DOTALL);

    private final @Nullable BackupRef ref;
    private final @Nullable Path file;
    private final @Nullable URI uri;
    private final long atMost;
    private final @Nullable String sha256;
    private final Duration silence;
    private final Duration limit;
    private final Map<String, Secret> secrets;
    private final Predicate<InetAddress> allowed;
    private final boolean privateAddresses;
    private final @Nullable SSLContext tls;

    private BackupSource(Draft draft) {
        this.ref = draft.ref;
        this.file = draft.file;
        this.uri = draft.uri;
        this.atMost = draft.atMost;
        this.sha256 = draft.sha256;
        this.silence = draft.silence;
        this.limit = draft.limit;
        this.secrets = Map.copyOf(draft.secrets);
        this.allowed = draft.allowed;
        this.privateAddresses = draft.privateAddresses;
        this.tls = draft.tls;
    }

    /**
     * A backup.
     *
     * @param ref which, and of which repository
     * @return the source
     */
    public static BackupSource of(BackupRef ref) {
        Draft draft = new Draft();
        draft.ref = Objects.requireNonNull(ref, "ref");
        return new BackupSource(draft);
    }

    /**
     * A dump in a file.
     *
     * @param file as {@link RestoreRequest#ofFile} takes it
     * @return the source
     */
    public static BackupSource of(Path file) {
        Draft draft = new Draft();
        draft.file = Objects.requireNonNull(file, "file");
        return new BackupSource(draft);
    }

    /**
     * Reads what people write.
     *
     * @param text a backup, {@code repository/project/id}; an {@code https://} URL; {@code s3://bucket/folder/name}, as
     *     a repository's location with the name of the dump at its end; else the path of a file
     * @return the source
     * @throws IllegalArgumentException when it is none of these; the text is not repeated, as a URL can be a secret
     */
    public static BackupSource parse(String text) {
        String stripped = Objects.requireNonNull(text, "text").strip();
        if (!SCHEME.matcher(stripped).matches()) {
            return isRef(stripped) ? of(BackupRef.parse(stripped)) : of(path(stripped));
        }
        URI uri;
        try {
            uri = new URI(stripped);
        } catch (URISyntaxException e) {
            // Not as the cause: it repeats the text.
            throw new IllegalArgumentException("the URL of a dump is none: " + e.getReason());
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("the URL of a dump has neither a user nor a fragment; say secret(…)");
        }
        return switch (scheme) {
            case "https" -> {
                if (uri.getHost() == null || uri.getPort() == 0) {
                    throw new IllegalArgumentException("the URL of a dump names no host");
                }
                yield of(uri);
            }
            case "s3" -> of(uri);
            case "file" -> of(Path.of(uri));
            default ->
                throw new IllegalArgumentException(
                        "a dump is not fetched over " + scheme + "://; there are https:// and s3://");
        };
    }

    private static BackupSource of(URI uri) {
        Draft draft = new Draft();
        draft.uri = uri;
        return new BackupSource(draft);
    }

    private static boolean isRef(String text) {
        try {
            return !BackupRef.parse(text).repository().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("what is restored is not named");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("no file has such a path: " + e.getReason());
        }
    }

    /**
     * Limits how much is fetched. Without this word it is 64 GiB.
     *
     * @param bytes more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public BackupSource atMost(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a dump has more than zero bytes, not " + bytes);
        }
        Draft draft = draft();
        draft.atMost = bytes;
        return new BackupSource(draft);
    }

    /**
     * Takes only this dump.
     *
     * @param hex the SHA-256 of its bytes, 64 digits of hex
     * @return a changed copy
     * @throws IllegalArgumentException when it is none, or this is a backup, which brings its own
     */
    public BackupSource sha256(String hex) {
        String lower = Objects.requireNonNull(hex, "hex").strip().toLowerCase(Locale.ROOT);
        if (!SHA_256.matcher(lower).matches()) {
            throw new IllegalArgumentException("a SHA-256 has 64 digits of hex");
        }
        if (uri == null) {
            throw new IllegalArgumentException("only what is fetched is compared with a SHA-256");
        }
        Draft draft = draft();
        draft.sha256 = lower;
        return new BackupSource(draft);
    }

    /**
     * Limits how long a server may say nothing, at any point. Without this word it is a minute.
     *
     * @param time a millisecond to a day
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public BackupSource silence(Duration time) {
        if (Objects.requireNonNull(time, "time").toMillis() < 1 || time.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("a server says nothing for a millisecond to a day, not " + time);
        }
        Draft draft = draft();
        draft.silence = time;
        return new BackupSource(draft);
    }

    /**
     * Limits how long all of the fetch may take. Without this word it is six hours.
     *
     * @param time more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public BackupSource within(Duration time) {
        if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
            throw new IllegalArgumentException("a fetch takes more than no time: " + time);
        }
        Draft draft = draft();
        draft.limit = time;
        return new BackupSource(draft);
    }

    /**
     * Sets a secret: {@code token} for the server of the URL, and for no other one that it sends on to; {@code
     * access-key} and {@code secret-key} of an S3 store.
     *
     * @param name which
     * @param value where it comes from; read at each use
     * @return a changed copy
     */
    public BackupSource secret(String name, Secret value) {
        Draft draft = draft();
        draft.secrets.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return new BackupSource(draft);
    }

    /**
     * Speaks to servers at private addresses, too: those of this host, of its network, and what a cloud tells its
     * machines; to an S3 store also without TLS, and through a proxy that its URL names. Only for URLs that nobody else
     * has written.
     *
     * @return a changed copy
     */
    public BackupSource allowingPrivateAddresses() {
        Draft draft = draft();
        draft.allowed = address -> true;
        draft.privateAddresses = true;
        return new BackupSource(draft);
    }

    /** Speaks to servers of {@code https://} at some addresses. */
    BackupSource allowing(Predicate<InetAddress> addresses) {
        Draft draft = draft();
        draft.allowed = addresses;
        return new BackupSource(draft);
    }

    /**
     * Says how a server proves who it is, for an authority of one's own.
     *
     * @param context as it is set up; without this word it is that of the JVM
     * @return a changed copy
     */
    public BackupSource tls(SSLContext context) {
        Draft draft = draft();
        draft.tls = Objects.requireNonNull(context, "context");
        return new BackupSource(draft);
    }

    /**
     * Which backup it is.
     *
     * @return empty for a dump
     */
    public Optional<BackupRef> ref() {
        return Optional.ofNullable(ref);
    }

    /**
     * Names it, without what can be secret of a URL.
     *
     * @return the backup, the file, or the scheme and the host
     */
    @Override
    public String toString() {
        return ref != null
                ? ref.toString()
                : uri == null ? String.valueOf(file) : uri.getScheme() + "://" + uri.getAuthority();
    }

    /** Something that can be restored until this is closed. */
    interface Ready extends AutoCloseable {
        RestoreRequest request();

        @Override
        void close();
    }

    /** Fetches what is elsewhere. */
    Ready ready(Cancellation cancellation) {
        if (uri == null) {
            return new Here(here());
        }
        SSLSocketFactory factory =
                tls == null ? (SSLSocketFactory) SSLSocketFactory.getDefault() : tls.getSocketFactory();
        FetchedDump.Rules rules =
                new FetchedDump.Rules(atMost, sha256, silence, secrets, allowed, privateAddresses, factory);
        try (TimedCancellation timed = new TimedCancellation(cancellation, limit)) {
            return new Fetched(FetchedDump.of(uri, rules, timed.cancellation()));
        } catch (CancelledException e) {
            cancellation.throwIfCancelled();
            throw new DeployException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "the dump was not fetched within " + TimedCancellation.text(limit),
                    "say within(…) where it takes longer",
                    e);
        }
    }

    private RestoreRequest here() {
        if (ref != null) {
            return RestoreRequest.of(ref);
        }
        Path there = Objects.requireNonNull(file);
        if (!Files.isReadable(there) || Files.isDirectory(there)) {
            throw new DeployException(
                    ErrorCode.SOURCE_NOT_FOUND,
                    "there is no file " + there + " that can be read",
                    "check the path",
                    null);
        }
        return RestoreRequest.ofFile(there);
    }

    private record Here(RestoreRequest request) implements Ready {
        @Override
        public void close() {
            // Nothing was fetched.
        }
    }

    private record Fetched(FetchedDump dump) implements Ready {
        @Override
        public RestoreRequest request() {
            return RestoreRequest.ofFile(dump.file());
        }

        @Override
        public void close() {
            dump.close();
        }
    }

    private Draft draft() {
        Draft draft = new Draft();
        draft.ref = ref;
        draft.file = file;
        draft.uri = uri;
        draft.atMost = atMost;
        draft.sha256 = sha256;
        draft.silence = silence;
        draft.limit = limit;
        draft.secrets.putAll(secrets);
        draft.allowed = allowed;
        draft.privateAddresses = privateAddresses;
        draft.tls = tls;
        return draft;
    }

    /** A source that is being changed; only this class sees one. */
    private static final class Draft {
        private final Map<String, Secret> secrets = new LinkedHashMap<>();
        private @Nullable BackupRef ref;
        private @Nullable Path file;
        private @Nullable URI uri;
        private long atMost = MOST_BYTES;
        private @Nullable String sha256;
        private Duration silence = SILENCE;
        private Duration limit = LIMIT;
        private Predicate<InetAddress> allowed = Addresses::isPublic;
        private boolean privateAddresses;
        private @Nullable SSLContext tls;
    }
}
