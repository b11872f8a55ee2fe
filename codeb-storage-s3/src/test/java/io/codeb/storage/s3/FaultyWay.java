package io.codeb.storage.s3;

import io.codeb.spi.storage.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/** A prefix, and two storages in it: one by way of a proxy, which tries again without a pause, and one that sees it. */
final class FaultyWay implements AutoCloseable {
    private static final Map<S3Server, String> BUCKETS = new ConcurrentHashMap<>();

    private final FaultProxy proxy;
    private final S3Storage storage;
    private final S3Storage direct;

    /** Sends one part of an object after the other. */
    FaultyWay(S3Server server, int attempts, Duration callLimit) {
        String path = BUCKETS.computeIfAbsent(server, S3Server::newBucket) + "/" + UUID.randomUUID();
        proxy = new FaultProxy(server.endpoint());
        S3Settings settings = settings(server.through(proxy.endpoint()), path, attempts, callLimit);
        StandardRetryStrategy.Builder atOnce = StandardRetryStrategy.builder()
                .backoffStrategy(BackoffStrategy.retryImmediately())
                .throttlingBackoffStrategy(BackoffStrategy.retryImmediately());
        storage = new S3Storage(settings, S3Clients.make(settings, atOnce));
        direct = new S3Storage(settings(server, path, 5, Duration.ofMinutes(1)));
    }

    private static S3Settings settings(S3Server server, String path, int attempts, Duration callLimit) {
        return S3StorageProvider.settings(server.config(path)
                .withOption("part-size", "5")
                .withOption("parts-in-flight", "1")
                .withOption("attempts", String.valueOf(attempts))
                .withOption("call-limit", callLimit.toString()));
    }

    FaultProxy proxy() {
        return proxy;
    }

    /** By way of the proxy. */
    S3Storage storage() {
        return storage;
    }

    /** Sees what is in the bucket. */
    S3Storage direct() {
        return direct;
    }

    /** How many uploads the store knows that have not ended. */
    int openUploads() {
        S3Location location = direct.settings().location();
        return direct.client()
                .listMultipartUploads(
                        request -> request.bucket(location.bucket()).prefix(location.prefix()))
                .uploads()
                .size();
    }

    /** Leaves nothing in the store, which may be this JVM's memory. */
    @Override
    public void close() throws IOException {
        storage.close();
        direct.sweep(Duration.ofHours(-1));
        try (Stream<StoredObject> objects = direct.list("")) {
            objects.forEach(each -> direct.delete(each.key()));
        }
        direct.close();
        proxy.close();
    }
}
