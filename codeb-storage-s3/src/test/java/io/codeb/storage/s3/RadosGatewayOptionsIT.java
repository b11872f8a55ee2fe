package io.codeb.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import io.codeb.storage.s3.FaultProxy.Operation;
import io.codeb.tck.io.BytesSource;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What can be said of a storage, with a real server that does it or refuses. */
class RadosGatewayOptionsIT {
    private static final S3Server SERVER = S3Server.radosGateway();
    private static final ObjectKey KEY = new ObjectKey("shop/object");
    private static final byte[] SMALL = "small".getBytes(StandardCharsets.UTF_8);
    private static final byte[] LARGE = new byte[(int) PartPlan.SMALLEST_PART + 1];

    private final String bucket = "test-" + UUID.randomUUID();
    private final S3Client owner = S3Clients.make(S3StorageProvider.settings(SERVER.config(bucket)));

    @TempDir
    private Path directory;

    @AfterEach
    void closeOwner() {
        owner.close();
    }

    private ProviderConfig config() {
        owner.createBucket(request -> request.bucket(bucket));
        return SERVER.config(bucket).withOption("part-size", "5").withOption("attempts", "2");
    }

    private static StorageBackend open(ProviderConfig config) {
        return new S3StorageProvider().create(config);
    }

    private static void write(StorageBackend storage, byte[] content) {
        try (ByteSink sink = storage.begin(KEY, WriteMode.CREATE)) {
            sink.write(ByteBuffer.wrap(content));
            sink.finish();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsLockedIsHiddenByADeletionAndKeptUntilItsTime(boolean inParts) {
        owner.createBucket(request -> request.bucket(bucket).objectLockEnabledForBucket(true));
        ProviderConfig locked = SERVER.config(bucket)
                .withOption("part-size", "5")
                .withOption("object-lock", "governance")
                .withOption("object-lock-days", "3");
        try (StorageBackend storage = open(locked)) {
            assertThat(storage.capabilities().objectLock()).isTrue();
            write(storage, inParts ? LARGE : SMALL);

            storage.delete(KEY);

            assertThat(storage.stat(KEY)).isEmpty();
            assertThat(storage.list("")).isEmpty();
            ObjectVersion kept = owner.listObjectVersions(request -> request.bucket(bucket))
                    .versions()
                    .get(0);
            assertThat(owner.getObjectRetention(request ->
                                    request.bucket(bucket).key(kept.key()).versionId(kept.versionId()))
                            .retention()
                            .retainUntilDate())
                    .isAfter(Instant.now().plus(Duration.ofDays(2)));
            assertThatThrownBy(() -> owner.deleteObject(
                            request -> request.bucket(bucket).key(kept.key()).versionId(kept.versionId())))
                    .isInstanceOfSatisfying(
                            S3Exception.class,
                            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "object-lock=compliance&object-lock-days=1, object-lock",
        "storage-class=STANDARD_IA, storage-class",
        "encryption=AES256, option",
        "encryption=aws:kms&kms-key=of-nobody, kms-key"
    })
    void whatTheStoreDoesNotTakeIsOneErrorAndNothingIsLeft(String options, String hint) {
        ProviderConfig config = config();
        for (String option : options.split("&", -1)) {
            config = config.withOption(option.split("=", 2)[0], option.split("=", 2)[1]);
        }
        try (StorageBackend storage = open(config)) {
            for (byte[] content : List.of(SMALL, LARGE)) {
                assertThatThrownBy(() -> write(storage, content)).isInstanceOfSatisfying(StorageException.class, e -> {
                    assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.STORAGE_DENIED);
                    assertThat(e.hint()).contains(hint);
                });
            }
            assertThat(storage.list("")).isEmpty();
            assertThat(owner.listMultipartUploads(request -> request.bucket(bucket))
                            .uploads())
                    .isEmpty();
        }
    }

    @Test
    void theStorageClassThatIsThereIsTaken() {
        try (StorageBackend storage = open(config().withOption("storage-class", "STANDARD"))) {
            write(storage, LARGE);
            assertThat(storage.stat(KEY)).isPresent();
        }
    }

    /** The name of the store is known to nobody but the proxy. */
    @Test
    void aForwardProxyIsTheOnlyWay() throws Exception {
        config();
        try (FaultProxy proxy = new FaultProxy(SERVER.endpoint());
                StorageBackend storage = open(SERVER.through(URI.create("http://s3.codeb.test"))
                        .config(bucket)
                        .withOption("part-size", "5")
                        .withOption("proxy", proxy.endpoint().toString()))) {
            write(storage, LARGE);

            assertThat(storage.list("")).hasSize(1);
            assertThat(proxy.asked(Operation.PART)).isEqualTo(2);
        }
    }

    /** Where the store knows its buckets by their names, and nobody else does. */
    @Test
    void aBucketStandsInTheNameOfTheHostWhereThatIsAskedFor() throws Exception {
        config();
        try (FaultProxy proxy = new FaultProxy(SERVER.endpoint());
                StorageBackend storage = open(SERVER.through(URI.create("http://s3.codeb.test"))
                        .config(bucket + "/prefix")
                        .withOption("path-style", "false")
                        .withOption("part-size", "5")
                        .withOption("proxy", proxy.endpoint().toString()))) {
            Set<String> hosts = ConcurrentHashMap.newKeySet();
            for (Operation each : Operation.values()) {
                proxy.always(each, exchange -> {
                    hosts.add(exchange.header("Host"));
                    exchange.pass();
                });
            }
            write(storage, LARGE);
            storage.put(new ObjectKey("shop/small"), WriteMode.CREATE, SMALL);
            storage.delete(new ObjectKey("shop/small"));

            assertThat(storage.list("")).extracting(StoredObject::key).containsExactly(KEY);
            assertThat(BytesSource.readAll(storage.open(KEY, 0))).isEqualTo(LARGE);
            assertThat(hosts).containsExactly(bucket + ".s3.codeb.test");
        }
        assertThat(owner.listObjectsV2(request -> request.bucket(bucket)).contents())
                .extracting(S3Object::key)
                .containsExactly("prefix/" + KEY);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theStoreEncryptsWithTheKeyThatIsNamed(boolean inParts) {
        ProviderConfig encrypting = config().withOption("encryption", "aws:kms").withOption("kms-key", "of-the-tests");
        byte[] content = inParts ? LARGE : SMALL;
        try (StorageBackend storage = open(encrypting)) {
            write(storage, content);

            assertThat(BytesSource.readAll(storage.open(KEY, 0))).isEqualTo(content);
            assertThat(BytesSource.readAll(storage.open(KEY, 3)))
                    .isEqualTo(Arrays.copyOfRange(content, 3, content.length));
        }
        HeadObjectResponse head =
                owner.headObject(request -> request.bucket(bucket).key(KEY.value()));
        assertThat(head.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
        assertThat(head.ssekmsKeyId()).isEqualTo("of-the-tests");
        assertThat(head.contentLength()).isEqualTo(content.length);
    }

    @Test
    void anAuthorityOfOnesOwnIsTrustedWhereItIsNamedAndOnlyThere() throws Exception {
        config();
        Path authority = directory.resolve("authority.pem");
        try (FaultProxy tls = new FaultProxy(SERVER.endpoint(), tls(authority).getServerSocketFactory())) {
            URI endpoint = URI.create("https://127.0.0.1:" + tls.endpoint().getPort());
            ProviderConfig config = SERVER.through(endpoint)
                    .config(bucket)
                    .withOption("part-size", "5")
                    .withOption("attempts", "1");
            try (StorageBackend storage = open(config.withOption("ca-file", authority.toString()))) {
                write(storage, LARGE);
                assertThat(storage.list("")).hasSize(1);
            }
            try (StorageBackend storage = open(config)) {
                assertThatThrownBy(() -> storage.stat(KEY))
                        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code())
                                .isEqualTo(ErrorCode.STORAGE_UNAVAILABLE))
                        .hasMessageContaining("certification path");
            }
        }
    }

    /** Of a certificate that is its own authority, which is written to a file. */
    private SSLContext tls(Path authority) throws Exception {
        Path store = directory.resolve("keys.p12");
        char[] password = "of the test".toCharArray();
        keytool(
                "-genkeypair -alias store -keyalg EC -dname CN=store -ext san=ip:127.0.0.1 -ext bc=ca:true".split(" "),
                store,
                password);
        keytool(
                new String[] {"-exportcert", "-rfc", "-alias", "store", "-file", authority.toString()},
                store,
                password);
        KeyStore keys = KeyStore.getInstance(store.toFile(), password);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(String[] words, Path store, char[] password) throws Exception {
        ProcessBuilder keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        keytool.command().addAll(List.of(words));
        keytool.command().addAll(List.of("-keystore", store.toString(), "-storepass", new String(password)));
        assertThat(keytool.inheritIO().start().waitFor()).isZero();
    }

    /** Looks, with the keys that the SDK finds, and says what came of it. */
    static final class Look {
        public static void main(String[] args) {
            ProviderConfig config = ProviderConfig.of("s3").withLocation(URI.create(args[0]));
            try (StorageBackend storage = open(config)) {
                System.out.print("there: " + storage.stat(KEY).isPresent());
            } catch (StorageException e) {
                System.out.print(e.code() + ": " + e.hint());
            }
        }
    }

    private String look(Map<String, String> environment, String... flags) throws IOException, InterruptedException {
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.command().addAll(List.of(flags));
        java.command()
                .addAll(List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Look.class.getName(),
                        "s3://" + bucket + "?endpoint=" + SERVER.endpoint()));
        java.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        java.environment().put("AWS_EC2_METADATA_DISABLED", "true");
        java.environment()
                .put("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString());
        java.environment().put("AWS_CONFIG_FILE", directory.resolve("none").toString());
        java.environment().putAll(environment);
        Process process = java.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    @Test
    void withoutKeysTheSdkLooksForThemWhereItDoes() throws Exception {
        try (StorageBackend storage = open(config())) {
            write(storage, SMALL);
        }
        Path profiles = Files.writeString(
                directory.resolve("credentials"), "[backup]\naws_access_key_id = AK\naws_secret_access_key = SK\n");

        assertThat(look(Map.of("AWS_ACCESS_KEY_ID", "AK", "AWS_SECRET_ACCESS_KEY", "SK")))
                .endsWith("there: true");
        assertThat(look(Map.of("AWS_SHARED_CREDENTIALS_FILE", profiles.toString(), "AWS_PROFILE", "backup")))
                .endsWith("there: true");
        assertThat(look(Map.of(), "-Daws.accessKeyId=AK", "-Daws.secretAccessKey=SK"))
                .endsWith("there: true");
        assertThat(look(Map.of())).endsWith("STORAGE_DENIED: hand over the secrets access-key and secret-key");
    }
}
