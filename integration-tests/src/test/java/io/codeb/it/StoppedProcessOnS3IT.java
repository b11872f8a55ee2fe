package io.codeb.it;

import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Two processes and one bucket, on a real server of the tests' own. */
class StoppedProcessOnS3IT extends StoppedProcessContract {
    private final String endpoint = PostgresServer.environment("CODEB_TEST_S3");
    private final String bucket = "test-" + UUID.randomUUID();
    private final S3Client client = S3Client.builder()
            .endpointOverride(URI.create(endpoint))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(() -> AwsBasicCredentials.create("AK", "SK"))
            .build();

    @BeforeEach
    void makeBucket() {
        client.createBucket(request -> request.bucket(bucket));
    }

    @AfterEach
    void closeClient() {
        client.close();
    }

    @Override
    HeldBackup.Storage storage() {
        return new HeldBackup.Storage("s3://" + bucket, endpoint);
    }

    @Override
    List<String> objects() {
        Stream<String> whole = client.listObjectsV2(request -> request.bucket(bucket)).contents().stream()
                .map(S3Object::key);
        Stream<String> begun = client.listMultipartUploads(request -> request.bucket(bucket)).uploads().stream()
                .map(MultipartUpload::key);
        return Stream.concat(whole, begun).toList();
    }
}
