package io.codeb.storage.s3;

import io.codeb.model.Secret;
import io.codeb.spi.provider.ProviderConfig;
import java.net.URI;
import java.util.Objects;
import java.util.UUID;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An S3 server for tests; each takes a bucket of its own.
 *
 * @param endpoint where it listens
 * @param accessKey of its user
 * @param secretKey of its user
 */
record S3Server(URI endpoint, String accessKey, String secretKey) {
    /** One in this JVM, for all tests. */
    static S3Server inThisJvm() {
        return InThisJvm.SERVER;
    }

    /** The real one that dev/test has started. */
    static S3Server radosGateway() {
        return new S3Server(
                URI.create(Objects.requireNonNull(
                        System.getenv("CODEB_TEST_S3"), "CODEB_TEST_S3 is not set: dev/test starts a radosgw")),
                "AK",
                "SK");
    }

    private static final class InThisJvm {
        static final S3Server SERVER = start();

        private static S3Server start() {
            String accessKey = "access-of-the-tests";
            String secretKey = "secret-of-the-tests";
            S3Proxy server = S3Proxy.builder()
                    .blobStore(new TransientNio2BlobStore())
                    .endpoint(URI.create("http://127.0.0.1:0"))
                    .awsAuthentication(AuthenticationType.AWS_V4, accessKey, secretKey)
                    .build();
            try {
                server.start();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return new S3Server(URI.create("http://127.0.0.1:" + server.getPort()), accessKey, secretKey);
        }
    }

    /** The same server, by way of another address. */
    S3Server through(URI way) {
        return new S3Server(way, accessKey, secretKey);
    }

    String newBucket() {
        String bucket = "test-" + UUID.randomUUID();
        try (S3Client client = S3Clients.make(S3StorageProvider.settings(config(bucket)))) {
            client.createBucket(request -> request.bucket(bucket));
        }
        return bucket;
    }

    /** What opens a bucket, or a prefix in one. */
    ProviderConfig config(String path) {
        return ProviderConfig.of("s3")
                .withLocation(URI.create("s3://" + path + "?endpoint=" + endpoint))
                .withSecret("access-key", Secret.of(accessKey))
                .withSecret("secret-key", Secret.of(secretKey));
    }
}
