package io.codeb.deploy.internal.source;

import io.codeb.deploy.DeployException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** A dump that was fetched, whole, in the directory for temporary files until this is closed. */
public final class FetchedDump implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    private final Scratch scratch;
    private final Path file;

    private FetchedDump(Scratch scratch, Path file) {
        this.scratch = scratch;
        this.file = file;
    }

    /**
     * What a fetch keeps to.
     *
     * @param atMost how many bytes there may be
     * @param sha256 what they are, in lower-case hex; null where nobody has said
     * @param silence how long a server may say nothing
     * @param secrets of the storage by name, or {@code token} for a server
     * @param allowed which addresses a server may have
     * @param privateAddresses whether a storage may have any address, and need not be spoken to over TLS
     * @param tls makes sure of a server
     */
    public record Rules(
            long atMost,
            @Nullable String sha256,
            Duration silence,
            Map<String, Secret> secrets,
            Predicate<InetAddress> allowed,
            boolean privateAddresses,
            SSLSocketFactory tls) {}

    /** Reads something to its end, into a buffer; -1 at a proven end. */
    private interface Reader {
        int read(byte[] buffer);
    }

    /**
     * Fetches what lies behind a URL.
     *
     * @param uri {@code https://} or {@code s3://}
     * @param rules what it keeps to
     * @param cancellation ends it early
     * @return to be closed when it was used
     */
    public static FetchedDump of(URI uri, Rules rules, Cancellation cancellation) {
        Scratch scratch;
        try {
            scratch = Scratch.in(Path.of(System.getProperty("java.io.tmpdir")));
        } catch (IOException e) {
            throw unwritable(e);
        }
        try {
            Path file = scratch.directory().resolve("dump");
            if (HttpsDownload.isHttps(uri)) {
                fromServer(uri, rules, cancellation, file);
            } else {
                fromStorage(uri, rules, cancellation, file);
            }
            return new FetchedDump(scratch, file);
        } catch (RuntimeException | Error e) {
            scratch.close();
            throw e;
        }
    }

    private static void fromServer(URI uri, Rules rules, Cancellation cancellation, Path file) {
        Secret token = rules.secrets().get("token");
        HttpsDownload.Rules spoken = new HttpsDownload.Rules(
                rules.silence(),
                rules.allowed(),
                rules.privateAddresses(),
                rules.tls(),
                token == null ? null : "Bearer " + token.reveal());
        try (HttpsDownload download = HttpsDownload.open(uri, spoken, cancellation)) {
            long length = download.length();
            if (length > rules.atMost()) {
                throw tooLarge(rules);
            }
            long bytes;
            try (InputStream stream = download.stream()) {
                bytes = copy(
                        buffer -> {
                            try {
                                return stream.read(buffer);
                            } catch (IOException e) {
                                throw download.failed(e);
                            }
                        },
                        rules,
                        cancellation,
                        file);
            } catch (IOException e) {
                throw download.failed(e);
            }
            if (length >= 0 && bytes != length) {
                throw download.failure(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "has broken off after " + bytes + " of " + length + " bytes",
                        "try again",
                        null);
            }
            if (length < 0 && !download.isChunked() && rules.sha256() == null) {
                throw download.failure(
                        ErrorCode.SOURCE_UNUSABLE,
                        "does not say how long it is, so that nobody can tell whether it is whole",
                        "say sha256(…)",
                        null);
            }
        }
    }

    private static void fromStorage(URI uri, Rules rules, Cancellation cancellation, Path file) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (!ObjectKey.isValid(name)) {
            throw new ConfigException(
                    "the last part of the URL of a dump is no name of an object",
                    "write s3://bucket/folder/name, of letters, digits, '.', '_' and '-'");
        }
        StorageProvider provider =
                ServiceLoader.load(StorageProvider.class, StorageProvider.class.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(each -> each.id().equals(uri.getScheme()))
                        .findFirst()
                        .orElseThrow(() -> new ConfigException(
                                "nobody here reads " + uri.getScheme() + ":// URLs",
                                "add codeb-storage-" + uri.getScheme()));
        ProviderConfig config = ProviderConfig.of(provider.id()).withLocation(folder(uri, path, name));
        for (Map.Entry<String, Secret> secret : rules.secrets().entrySet()) {
            config = config.withSecret(secret.getKey(), secret.getValue());
        }
        if (!rules.privateAddresses()) {
            config = config.withOption("addresses", "public");
        }
        StorageBackend storage = provider.create(config);
        try {
            ObjectKey key = new ObjectKey(name);
            if (storage.stat(key).filter(found -> found.size() > rules.atMost()).isPresent()) {
                throw tooLarge(rules);
            }
            try (ByteSource source = storage.open(key, 0)) {
                long unused = copy(buffer -> source.read(ByteBuffer.wrap(buffer)), rules, cancellation, file);
            }
        } catch (StorageException e) {
            throw !rules.privateAddresses() && HttpsDownload.hasNoPublicAddress(e)
                    ? new DeployException(
                            ErrorCode.SOURCE_DENIED,
                            "the store of the dump, " + uri.getScheme() + "://" + uri.getAuthority() + ", "
                                    + HttpsDownload.NO_PUBLIC_ADDRESS,
                            HttpsDownload.NO_PUBLIC_ADDRESS_HINT,
                            e)
                    : e;
        } finally {
            storage.close();
        }
    }

    /** The same without its last part. */
    private static URI folder(URI uri, String path, String name) {
        String parent = path.substring(0, path.length() - name.length());
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + parent + query);
    }

    private static long copy(Reader reader, Rules rules, Cancellation cancellation, Path file) {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER];
        long bytes = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int read = reader.read(buffer); read >= 0; read = reader.read(buffer)) {
                cancellation.throwIfCancelled();
                bytes += read;
                if (bytes > rules.atMost()) {
                    throw tooLarge(rules);
                }
                digest.update(buffer, 0, read);
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (rules.sha256() != null && !rules.sha256().equals(found)) {
            throw new DeployException(
                    ErrorCode.SOURCE_UNUSABLE,
                    "the dump is not the one that is meant: its SHA-256 is " + found,
                    "check what was uploaded, and sha256(…)",
                    null);
        }
        return bytes;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static DeployException tooLarge(Rules rules) {
        return new DeployException(
                ErrorCode.SOURCE_UNUSABLE,
                "the dump has more than " + rules.atMost() + " bytes",
                "say atMost(…) where that is meant",
                null);
    }

    private static DeployException unwritable(IOException cause) {
        return new DeployException(
                ErrorCode.SOURCE_UNAVAILABLE,
                "the dump cannot be kept in the directory for temporary files: " + cause.getMessage(),
                "make room there, or set java.io.tmpdir",
                cause);
    }

    /**
     * Where it is.
     *
     * @return a file
     */
    public Path file() {
        return file;
    }

    @Override
    public void close() {
        scratch.close();
    }
}
