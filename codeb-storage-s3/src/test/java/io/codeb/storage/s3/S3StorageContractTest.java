package io.codeb.storage.s3;

import io.codeb.spi.storage.StorageBackend;
import io.codeb.tck.storage.StorageContract;

/** The contract, with a server in this JVM. */
class S3StorageContractTest extends StorageContract {
    private final String bucket = S3Server.inThisJvm().newBucket();

    @Override
    protected StorageBackend openStorage() {
        return new S3StorageProvider()
                .create(S3Server.inThisJvm().config(bucket + "/backups/of-all").withOption("part-size", "5"));
    }

    @Override
    protected int bytesThatLeaveSomething() {
        return (int) PartPlan.SMALLEST_PART + 1;
    }
}
