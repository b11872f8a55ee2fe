package io.codeb.storage.s3;

import io.codeb.spi.provider.ProviderConfig;
import java.io.IOException;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/** A bucket, and two storages in it: one by way of a proxy, which tries again without a pause, and one that sees it. */
final class FaultyWay implements AutoCloseable {
    private final FaultProxy proxy;
    private final S3Storage storage;
    private final S3Storage direct;

    FaultyWay(S3Server server, int attempts, String... options) {
        String path = server.newBucket() + "/prefix";
        proxy = new FaultProxy(server.endpoint());
        ProviderConfig config = server.through(proxy.endpoint())
                .config(path)
                .withOption("part-size", "5")
                .withOption("attempts", String.valueOf(attempts))
                .withOption("call-limit", "PT1S");
        for (int i = 0; i < options.length; i += 2) {
            config = config.withOption(options[i], options[i + 1]);
        }
        S3Settings settings = S3StorageProvider.settings(config);
        StandardRetryStrategy.Builder atOnce = StandardRetryStrategy.builder()
                .backoffStrategy(BackoffStrategy.retryImmediately())
                .throttlingBackoffStrategy(BackoffStrategy.retryImmediately());
        storage = new S3Storage(settings, S3Clients.make(settings, atOnce));
        direct = new S3Storage(S3StorageProvider.settings(server.config(path).withOption("part-size", "5")));
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

    @Override
    public void close() throws IOException {
        storage.close();
        direct.close();
        proxy.close();
    }
}
