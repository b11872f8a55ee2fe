package io.codeb.storage.s3;

import io.codeb.spi.storage.StorageBackend;
import io.codeb.tck.storage.StorageContract;

/** The contract, with a real server of many processes: Ceph's radosgw, which dev/test starts. */
class RadosGatewayContractIT extends StorageContract {
    private final String bucket = S3Server.radosGateway().newBucket();

    @Override
    protected StorageBackend openStorage() {
        return new S3StorageProvider()
                .create(S3Server.radosGateway().config(bucket + "/backups").withOption("part-size", "5"));
    }

    @Override
    protected int bytesThatLeaveSomething() {
        return (int) PartPlan.SMALLEST_PART + 1;
    }
}
