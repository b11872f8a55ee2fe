package io.codeb.it;

import java.net.URI;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A dump in a bucket of the tests' own S3 server, whose user's keys are AK and SK. */
final class DumpOnS3 {
    private DumpOnS3() {}

    /**
     * Puts one there.
     *
     * @return its URL, whose last part is {@code shop.sql}
     */
    static String put(String sql) {
        String endpoint = PostgresServer.environment("CODEB_TEST_S3");
        String bucket = "test-" + UUID.randomUUID();
        try (S3Client client = S3Client.builder()
                .endpointOverride(URI.create(endpoint))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(() -> AwsBasicCredentials.create("AK", "SK"))
                .build()) {
            client.createBucket(request -> request.bucket(bucket));
            client.putObject(request -> request.bucket(bucket).key("dumps/shop.sql"), RequestBody.fromString(sql));
        }
        return "s3://" + bucket + "/dumps/shop.sql?endpoint=" + endpoint;
    }
}
