package io.codeb.storage.s3;

import io.codeb.error.ConfigException;
import io.codeb.model.Secret;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageCapabilities.ExclusiveCreate;
import io.codeb.spi.storage.StorageProvider;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * Opens buckets: {@code s3://bucket/prefix}, in AWS or, with {@code ?endpoint=https://…}, in any store that speaks S3.
 * Each option may stand in the location, as {@code name=value}, or be set by itself; secrets are handed over by
 * themselves. The bucket exists. docs/storage.md has the options.
 *
 * <p>Without {@code access-key} and {@code secret-key} the SDK's own chain is asked: the environment, the files in
 * {@code ~/.aws}, the machine's or the container's role.
 */
public final class S3StorageProvider implements StorageProvider {
    static final String SCHEME = "s3";

    private static final String HINT =
            "write it as s3://bucket/prefix, for other stores than AWS with ?endpoint=https://…";
    /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, and older names with capitals. */
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");

    private static final int MIB = 1 << 20;
    private static final int SMALLEST_PART_MIB = (int) (PartPlan.SMALLEST_PART / MIB);
    private static final int LARGEST_PART_MIB = (int) (PartPlan.LARGEST_PART / MIB);

    /** Where a store may be. */
    private enum Reach {
        ANY,
        PUBLIC
    }

    /** Makes the provider; {@link java.util.ServiceLoader} does so. */
    public S3StorageProvider() {}

    @Override
    public String id() {
        return SCHEME;
    }

    @Override
    public StorageBackend create(ProviderConfig config) {
        return new S3Storage(settings(config));
    }

    static S3Settings settings(ProviderConfig config) {
        URI uri = config.location()
                .orElseThrow(() -> new ConfigException("a storage of the scheme s3 needs a location", HINT));
        ConfigReader given = withOptionsOf(uri, config).reader();
        given.location();
        URI endpoint = http(given, "endpoint", true);
        S3Location location = new S3Location(bucket(uri), prefix(uri), endpoint);
        S3Settings settings = new S3Settings(
                location,
                connection(given, endpoint),
                credentials(given),
                objects(given),
                parts(given),
                choice(given, "exclusive-create", ExclusiveCreate.class)
                        .orElse(endpoint == null ? ExclusiveCreate.ALWAYS : ExclusiveCreate.SMALL_OBJECTS));
        given.requireNothingElse();
        return settings;
    }

    private static String bucket(URI uri) {
        if (!SCHEME.equalsIgnoreCase(uri.getScheme()) || uri.isOpaque()) {
            throw new ConfigException("the location of a storage of the scheme s3 does not start with s3://", HINT);
        }
        // With an underscore in it, it is an authority and no host.
        String bucket = uri.getRawAuthority();
        if (bucket == null || !BUCKET.matcher(bucket).matches()) {
            throw new ConfigException("the location of a storage of the scheme s3 does not name a bucket", HINT);
        }
        if (uri.getRawFragment() != null) {
            throw new ConfigException("the location of a storage of the scheme s3 must not have a fragment", HINT);
        }
        return bucket;
    }

    /** A prefix leaves room for the longest key: S3 takes 1,024 bytes. */
    private static String prefix(URI uri) {
        String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("^/|/$", "");
        if (path.isEmpty()) {
            return "";
        }
        if (!ObjectKey.isValid(path) || path.length() + 1 + ObjectKey.MAX_LENGTH > 1_024) {
            throw new ConfigException(
                    "a prefix in a bucket is made of letters, digits, '.', '_' and '-', divided by slashes, and has at"
                            + " most " + (1_023 - ObjectKey.MAX_LENGTH) + " characters",
                    HINT);
        }
        return path + "/";
    }

    private static ProviderConfig withOptionsOf(URI uri, ProviderConfig config) {
        ProviderConfig merged = config;
        if (uri.getRawQuery() == null) {
            return merged;
        }
        for (String pair : uri.getRawQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new ConfigException("what stands behind the question mark of an s3 location is name=value", HINT);
            }
            String name = URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8);
            if (merged.options().containsKey(name)) {
                throw new ConfigException("s3: option " + name + " is set twice", "set it once");
            }
            merged = merged.withOption(name, URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return merged;
    }

    private static S3Settings.Connection connection(ConfigReader given, @Nullable URI endpoint) {
        URI proxy = http(given, "proxy", false);
        boolean publicOnly = choice(given, "addresses", Reach.class).orElse(Reach.ANY) == Reach.PUBLIC;
        if (publicOnly && (proxy != null || (endpoint != null && !"https".equals(endpoint.getScheme())))) {
            given.problem("option addresses=public goes with an endpoint of https:// and without a proxy");
        }
        return new S3Settings.Connection(
                given.text("region").orElse(endpoint == null ? null : "us-east-1"),
                flag(given, "path-style").orElse(endpoint != null),
                proxy,
                given.path("ca-file").map(Path::toAbsolutePath).orElse(null),
                given.duration("connect-limit", Duration.ofSeconds(10)),
                given.duration("call-limit", Duration.ofMinutes(2)),
                given.integer("attempts", 1, 20, 5),
                publicOnly);
    }

    private static S3Settings.@Nullable Credentials credentials(ConfigReader given) {
        Optional<Secret> accessKey = given.secret("access-key");
        Optional<Secret> secretKey = given.secret("secret-key");
        Optional<Secret> sessionToken = given.secret("session-token");
        if (accessKey.isPresent() != secretKey.isPresent() || (sessionToken.isPresent() && accessKey.isEmpty())) {
            given.problem("the secrets access-key and secret-key belong together");
        }
        return accessKey.isPresent() && secretKey.isPresent()
                ? new S3Settings.Credentials(accessKey.get(), secretKey.get(), sessionToken.orElse(null))
                : null;
    }

    private static S3Settings.Objects objects(ConfigReader given) {
        Optional<String> encryption = given.text("encryption");
        Optional<String> kmsKey = given.text("kms-key");
        if (encryption.isPresent()
                && ServerSideEncryption.fromValue(encryption.get()) == ServerSideEncryption.UNKNOWN_TO_SDK_VERSION) {
            given.problem("option encryption must be one of " + ServerSideEncryption.knownValues());
        }
        if (kmsKey.isPresent() && !encryption.orElse("").startsWith("aws:kms")) {
            given.problem("option kms-key goes with the option encryption=aws:kms");
        }
        Optional<ObjectLockMode> lock = given.text("object-lock").map(text -> lockMode(given, text));
        int lockDays = given.integer("object-lock-days", 0, 36_500, 0);
        if (lock.isPresent() != lockDays > 0) {
            given.problem("the options object-lock and object-lock-days belong together");
        }
        return new S3Settings.Objects(
                given.text("storage-class").orElse(null),
                encryption.orElse(null),
                kmsKey.orElse(null),
                lock.orElse(null),
                lockDays);
    }

    private static ObjectLockMode lockMode(ConfigReader given, String text) {
        ObjectLockMode mode = ObjectLockMode.fromValue(text.toUpperCase(Locale.ROOT));
        if (mode == ObjectLockMode.UNKNOWN_TO_SDK_VERSION) {
            given.problem("option object-lock must be governance or compliance");
        }
        return mode;
    }

    private static PartPlan parts(ConfigReader given) {
        long firstSize = (long) given.integer("part-size", SMALLEST_PART_MIB, LARGEST_PART_MIB, 8) * MIB;
        int maxParts = given.integer("max-parts", 10, 10_000, 10_000);
        int inFlight = given.integer("parts-in-flight", 1, 64, 4);
        long memory = (long) given.integer("upload-memory", 10, 1 << 16, 64) * MIB;
        return new PartPlan(firstSize, maxParts, memory, inFlight);
    }

    private static Optional<Boolean> flag(ConfigReader given, String name) {
        Optional<String> text = given.text(name);
        if (text.isPresent() && !text.get().equals("true") && !text.get().equals("false")) {
            given.problem("option " + name + " must be true or false");
        }
        return text.map(Boolean::parseBoolean);
    }

    private static <E extends Enum<E>> Optional<E> choice(ConfigReader given, String name, Class<E> type) {
        Optional<String> text = given.text(name);
        Map<String, E> choices = new LinkedHashMap<>();
        for (E each : type.getEnumConstants()) {
            choices.put(each.name().toLowerCase(Locale.ROOT).replace('_', '-'), each);
        }
        if (text.isPresent() && !choices.containsKey(text.get())) {
            given.problem("option " + name + " must be one of " + choices.keySet());
        }
        return text.map(choices::get);
    }

    /** Of an address, what a client needs, and nothing that could be a password. */
    private static @Nullable URI http(ConfigReader given, String name, boolean tls) {
        String text = given.text(name).orElse(null);
        if (text == null) {
            return null;
        }
        try {
            URI uri = new URI(text);
            boolean scheme = "http".equals(uri.getScheme()) || (tls && "https".equals(uri.getScheme()));
            boolean bare = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
            if (scheme && bare && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException notAnAddress) {
            // told below
        }
        given.problem("option " + name + " must be an address as in " + (tls ? "https" : "http") + "://host:port");
        return null;
    }
}
