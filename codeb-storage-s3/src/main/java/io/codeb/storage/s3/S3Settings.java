package io.codeb.storage.s3;

import io.codeb.model.Secret;
import io.codeb.spi.storage.StorageCapabilities.ExclusiveCreate;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;

/** All that was said of a storage, read and judged. */
record S3Settings(
        S3Location location,
        Connection connection,
        @Nullable Credentials credentials,
        Objects objects,
        PartPlan parts,
        ExclusiveCreate exclusiveCreate) {

    /**
     * How the store is reached.
     *
     * @param region null where the SDK's chain knows it
     * @param pathStyle whether the bucket stands in the path, not in the host's name
     * @param proxy {@code http://host:port}, or null
     * @param authorities a PEM file with certificates of authorities, beside those of the JVM, or null
     * @param connectLimit for making a connection
     * @param callLimit for one try of a request, and for each wait for bytes
     * @param attempts how often a request is tried
     * @param publicOnly whether it is spoken to over TLS and at addresses of the public Internet alone
     */
    record Connection(
            @Nullable String region,
            boolean pathStyle,
            @Nullable URI proxy,
            @Nullable Path authorities,
            Duration connectLimit,
            Duration callLimit,
            int attempts,
            boolean publicOnly) {}

    /** Given keys; each is read again for each request, so that they can be changed while the storage is open. */
    record Credentials(
            Secret accessKey, Secret secretKey, @Nullable Secret sessionToken) {}

    /**
     * What objects are written with.
     *
     * @param storageClass null for the bucket's
     * @param encryption of the server's side: AES256, aws:kms or aws:kms:dsse, or null for the bucket's
     * @param kmsKey for aws:kms, or null
     * @param lock null for none
     * @param lockDays how long an object is locked
     */
    record Objects(
            @Nullable String storageClass,
            @Nullable String encryption,
            @Nullable String kmsKey,
            @Nullable ObjectLockMode lock,
            int lockDays) {}
}
