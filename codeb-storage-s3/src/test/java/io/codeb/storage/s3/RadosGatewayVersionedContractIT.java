package io.codeb.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.storage.StorageContract;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * The contract in a bucket with versions, where nothing that is deleted or replaced is gone, and where this store does
 * not keep {@code If-None-Match}.
 */
class RadosGatewayVersionedContractIT extends StorageContract {
    private static final ObjectKey KEY = new ObjectKey("shop/object");

    private final String bucket = newVersionedBucket();

    private static S3Client owner(String bucket) {
        return S3Clients.make(S3StorageProvider.settings(S3Server.radosGateway().config(bucket)));
    }

    private static String newVersionedBucket() {
        String bucket = S3Server.radosGateway().newBucket();
        try (S3Client owner = owner(bucket)) {
            owner.putBucketVersioning(request -> request.bucket(bucket)
                    .versioningConfiguration(versioning -> versioning.status(BucketVersioningStatus.ENABLED)));
        }
        return bucket;
    }

    @Override
    protected StorageBackend openStorage() {
        return new S3StorageProvider()
                .create(S3Server.radosGateway()
                        .config(bucket + "/backups")
                        .withOption("part-size", "5")
                        .withOption("exclusive-create", "never"));
    }

    @Override
    protected int bytesThatLeaveSomething() {
        return (int) PartPlan.SMALLEST_PART + 1;
    }

    /** Were it otherwise, the option would not be needed. */
    @Test
    void aConditionIsPassedOverThere() {
        try (S3Client owner = owner(bucket)) {
            for (int i = 0; i < 2; i++) {
                PutObjectResponse put = owner.putObject(
                        request -> request.bucket(bucket).key("twice").ifNoneMatch("*"), RequestBody.empty());
                assertThat(put.versionId()).isNotEmpty();
            }
        }
    }

    @Test
    void whatIsReplacedAndDeletedIsHiddenAndTheStoreKeepsIt() {
        try (StorageBackend storage = openStorage();
                S3Client owner = owner(bucket)) {
            storage.put(KEY, WriteMode.CREATE, new byte[1]);
            storage.put(KEY, WriteMode.REPLACE, new byte[2]);
            assertThat(storage.list("")).singleElement().satisfies(object -> assertThat(object.size())
                    .isEqualTo(2));

            storage.delete(KEY);

            assertThat(storage.list("")).isEmpty();
            assertThat(storage.children("")).isEmpty();
            assertThat(storage.stat(KEY)).isEmpty();
            ListObjectVersionsResponse kept = owner.listObjectVersions(request -> request.bucket(bucket));
            assertThat(kept.versions()).hasSize(2);
            assertThat(kept.deleteMarkers()).hasSize(1);
        }
    }
}
