/** The storage {@code s3}, a bucket of an S3-compatible object store. */
@SuppressWarnings({"module", "requires-automatic"}) // S3 ends in a digit; the AWS SDK keeps the names in its manifests
module io.codeb.storage.s3 {
    requires transitive io.codeb.spi;
    requires static transitive org.jspecify;
    requires java.xml;
    requires org.slf4j;
    requires software.amazon.awssdk.auth;
    requires software.amazon.awssdk.awscore;
    requires software.amazon.awssdk.core;
    requires software.amazon.awssdk.http;
    requires software.amazon.awssdk.http.auth.aws;
    requires software.amazon.awssdk.http.auth.spi;
    requires software.amazon.awssdk.http.urlconnection;
    requires software.amazon.awssdk.identity.spi;
    requires software.amazon.awssdk.regions;
    requires software.amazon.awssdk.retries;
    requires software.amazon.awssdk.services.s3;
    requires software.amazon.awssdk.utils;

    exports io.codeb.storage.s3;

    provides io.codeb.spi.storage.StorageProvider with
            io.codeb.storage.s3.S3StorageProvider;
}
