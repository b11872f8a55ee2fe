package io.codeb.storage.s3;

import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.OpenStreams;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageCapabilities;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Objects of a bucket.
 *
 * <p>An object that fits into one part is put whole; a longer one is a multipart upload, which is completed in the end
 * and aborted otherwise. The parts of an upload are sent by threads of the storage's own, which end when they are idle
 * for ten seconds.
 */
final class S3Storage implements StorageBackend {
    private static final long IDLE_SECONDS = 10;
    private static final int NOT_FOUND = 404;

    private final S3Settings settings;
    private final S3Location location;
    private final S3Failures failures;
    private final S3Client client;
    private final StorageCapabilities capabilities;
    private final ExecutorService senders;
    private final OpenStreams streams;
    private volatile boolean bucketSeen;

    S3Storage(S3Settings settings) {
        this.settings = settings;
        this.location = settings.location();
        this.streams = new OpenStreams(location.toString());
        this.failures = new S3Failures(location);
        this.client = S3Clients.make(settings);
        StorageCapabilities able = StorageCapabilities.BASIC
                .withExclusiveCreate(settings.exclusiveCreate())
                .withUsefulConcurrency(settings.parts().maxInFlight());
        this.capabilities = settings.objects().lock() == null ? able : able.withObjectLock();
        this.senders = newSenders();
    }

    private static ExecutorService newSenders() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "codeb-s3-part-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public String describe() {
        return location.toString();
    }

    @Override
    public StorageCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public ByteSink begin(ObjectKey key, WriteMode mode) {
        streams.requireOpen();
        if (mode == WriteMode.CREATE && stat(key).isPresent()) {
            throw failures.exists(key);
        }
        return streams.track(new S3Upload(this, key, mode));
    }

    /** Whether the key is taken, the store says in the same request. */
    @Override
    public void put(ObjectKey key, WriteMode mode, byte[] content) {
        streams.requireOpen();
        boolean storeRefuses = settings.exclusiveCreate() != StorageCapabilities.ExclusiveCreate.NEVER;
        try (ByteSink sink = storeRefuses ? streams.track(new S3Upload(this, key, mode)) : begin(key, mode)) {
            sink.write(ByteBuffer.wrap(content));
            sink.finish();
        }
    }

    @Override
    public Optional<StoredObject> stat(ObjectKey key) {
        streams.requireOpen();
        return Optional.ofNullable(head(key)).map(head -> objectOf(key, head.contentLength(), head.lastModified()));
    }

    /** In a listing the time has more digits than in an object's head. */
    private static StoredObject objectOf(ObjectKey key, long size, Instant modifiedAt) {
        return StoredObject.of(key, size, modifiedAt.truncatedTo(ChronoUnit.SECONDS));
    }

    /** An object's head, or null when there is none. */
    @Nullable
    HeadObjectResponse head(ObjectKey key) {
        try {
            return client.headObject(
                    request -> request.bucket(location.bucket()).key(location.fullKey(key)));
        } catch (SdkException e) {
            if (S3Failures.status(e) != NOT_FOUND) {
                throw failures.of("look up", key, e);
            }
            requireBucket();
            return null;
        }
    }

    /** The answer to a HEAD has no body: whether the object is missing or the whole bucket, it does not say. */
    private void requireBucket() {
        if (bucketSeen) {
            return;
        }
        try {
            client.listObjectsV2(request ->
                    request.bucket(location.bucket()).prefix(location.prefix()).maxKeys(1));
            bucketSeen = true;
        } catch (SdkException e) {
            throw failures.of("look anything up", e);
        }
    }

    @Override
    public ByteSource open(ObjectKey key, long offset) {
        streams.requireOpen();
        return streams.track(S3Source.open(this, key, offset));
    }

    @Override
    public Stream<StoredObject> list(String prefix) {
        streams.requireOpen();
        String fullPrefix = location.fullPrefix(prefix);
        S3Pages<StoredObject> objects =
                new S3Pages<>(continuation -> page(fullPrefix, null, continuation), page -> page.contents().stream()
                        .map(each -> {
                            ObjectKey key = location.keyOf(each.key());
                            return key == null ? null : objectOf(key, each.size(), each.lastModified());
                        }));
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        objects, Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL),
                false);
    }

    @Override
    public List<String> children(String prefix) {
        streams.requireOpen();
        String fullPrefix = location.fullPrefix(prefix);
        TreeSet<String> names = new TreeSet<>();
        S3Pages<String> folders = new S3Pages<>(
                continuation -> page(fullPrefix, "/", continuation), page -> page.commonPrefixes().stream()
                        .map(CommonPrefix::prefix)
                        .map(folder -> folder.substring(fullPrefix.length(), folder.length() - 1)));
        folders.forEachRemaining(name -> {
            if (ObjectKey.isValid(name)) {
                names.add(name);
            }
        });
        return List.copyOf(names);
    }

    private ListObjectsV2Response page(String prefix, @Nullable String delimiter, @Nullable String continuation) {
        streams.requireOpen();
        try {
            return client.listObjectsV2(request -> request.bucket(location.bucket())
                    .prefix(prefix)
                    .delimiter(delimiter)
                    .continuationToken(continuation));
        } catch (SdkException e) {
            throw failures.of("list", e);
        }
    }

    @Override
    public void delete(ObjectKey key) {
        streams.requireOpen();
        try {
            client.deleteObject(request -> request.bucket(location.bucket()).key(location.fullKey(key)));
        } catch (SdkException e) {
            if (!S3Failures.is(e, "NoSuchKey")) {
                throw failures.of("delete", key, e);
            }
        }
    }

    @Override
    public List<String> sweep(Duration olderThan) {
        streams.requireOpen();
        try {
            return new S3Sweep(client, location, Instant.now().minus(olderThan)).run();
        } catch (SdkException e) {
            throw failures.of("sweep", e);
        }
    }

    /** Closing sinks and sources aborts what they are doing. */
    @Override
    public void close() {
        streams.closeAll();
        senders.shutdown();
        client.close();
    }

    S3Settings settings() {
        return settings;
    }

    S3Client client() {
        return client;
    }

    S3Failures failures() {
        return failures;
    }

    ExecutorService senders() {
        return senders;
    }

    boolean isClosed() {
        return streams.isClosed();
    }

    void ended(AutoCloseable used) {
        streams.ended(used);
    }
}
