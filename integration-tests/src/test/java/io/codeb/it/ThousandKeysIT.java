package io.codeb.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupQuery;
import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.KeyReport;
import io.codeb.model.BackupId;
import io.codeb.model.Secret;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.io.BytesSource;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The recipients of a thousand backups are changed in seconds, whatever the backups hold. Prints how long it took. */
class ThousandKeysIT {
    private static final int COUNT = 1_000;

    private static HostPostgres server;

    private final AgeKey old = AgeKey.make();
    private final AgeKey next = AgeKey.make();

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        server.run("createdb", "--maintenance-db=postgres", "shop");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void inADirectory() {
        BackupRepository repository = BackupRepository.at(directory);

        theirRecipientsAreChanged("a directory", repository, ProviderConfig.of("local"));
    }

    @Test
    void inABucket() {
        String endpoint = PostgresServer.environment("CODEB_TEST_S3");
        String bucket = "test-" + UUID.randomUUID();
        makeBucket(endpoint, bucket);
        Secret accessKey = Secret.of("AK");
        Secret secretKey = Secret.of("SK");
        BackupRepository repository = BackupRepository.at("s3://" + bucket + "?endpoint=" + endpoint)
                .secret("access-key", accessKey)
                .secret("secret-key", secretKey);

        theirRecipientsAreChanged(
                "radosgw",
                repository,
                ProviderConfig.of("s3").withSecret("access-key", accessKey).withSecret("secret-key", secretKey));
    }

    private static void makeBucket(String endpoint, String bucket) {
        try (S3Client client = S3Client.builder()
                .endpointOverride(URI.create(endpoint))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(() -> AwsBasicCredentials.create("AK", "SK"))
                .build()) {
            client.createBucket(request -> request.bucket(bucket));
        }
    }

    private void theirRecipientsAreChanged(String place, BackupRepository repository, ProviderConfig config) {
        BackupId first = in(
                repository.encryptTo(old.recipient()),
                codeb -> codeb.backups().run("shop").id());
        multiply(config.withLocation(repository.location()), first);
        BackupQuery all = BackupQuery.of("shop");

        KeyReport changed = in(repository.encryptTo(next.recipient()).identity(old.identity()), codeb -> codeb.catalog()
                .rewrap(all));

        System.out.printf(
                "rewrap of %d backups in %s: %d ms%n",
                COUNT, place, changed.duration().toMillis());
        assertThat(changed.failures()).isEmpty();
        assertThat(changed.keys()).hasSize(COUNT);
        assertThat(changed.duration()).isLessThan(Duration.ofMinutes(1));
        assertThat(opened(repository, next, all).keys()).hasSize(COUNT);
        assertThat(opened(repository, old, all).failures()).hasSize(COUNT);
        List<String> problems = in(
                repository.encryptTo(next.recipient()).identity(next.identity()),
                codeb -> codeb.catalog().verify(first).problems());
        assertThat(problems).isEmpty();
    }

    private static KeyReport opened(BackupRepository repository, AgeKey key, BackupQuery all) {
        return in(repository.encryptTo(key.recipient()).identity(key.identity()), codeb -> codeb.catalog()
                .checkKeys(all));
    }

    private static <T> T in(BackupRepository repository, Function<CodeB, T> work) {
        try (CodeB codeb = CodeB.builder()
                .repository(repository)
                .project(server.project("shop"))
                .build()) {
            return work.apply(codeb);
        }
    }

    /** Copies what lies in the folder of one backup into those of others: that is all that a backup is. */
    private static void multiply(ProviderConfig config, BackupId first) {
        SecureRandom random = new SecureRandom();
        try (StorageBackend storage = provider(config.id()).create(config)) {
            ObjectKey folder = new ObjectKey("shop/" + first);
            Map<String, byte[]> objects = contents(storage, folder);
            List<BackupId> others = Stream.generate(() -> BackupId.create(Instant.now(), random))
                    .distinct()
                    .limit(COUNT - 1)
                    .toList();
            others.parallelStream()
                    .forEach(id -> objects.forEach((name, bytes) -> storage.put(
                            new ObjectKey("shop/" + id).child(name),
                            WriteMode.CREATE,
                            name.equals("manifest.json")
                                    ? new String(bytes, UTF_8)
                                            .replace(first.value(), id.value())
                                            .getBytes(UTF_8)
                                    : bytes)));
        }
    }

    private static Map<String, byte[]> contents(StorageBackend storage, ObjectKey folder) {
        try (Stream<StoredObject> objects = storage.list(folder.value())) {
            return objects.map(StoredObject::key).collect(Collectors.toMap(ObjectKey::name, key -> {
                try (ByteSource source = storage.open(key, 0)) {
                    return BytesSource.readAll(source);
                }
            }));
        }
    }

    private static StorageProvider provider(String id) {
        return ServiceLoader.load(StorageProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
