package io.codeb.storage.s3;

import io.codeb.error.ErrorCode;
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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

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
    private static final int NO_CONTENT = 204;

    private final S3Settings settings;
    private final S3Location location;
    private final S3Failures failures;
    private final S3Client client;
    private final StorageCapabilities capabilities;
    private final ExecutorService senders;
    private final OpenStreams streams;
    private volatile boolean bucketSeen;

    S3Storage(S3Settings settings) {
        this(settings, S3Clients.make(settings));
    }

    /** Closes the client when it is closed. */
    S3Storage(S3Settings settings, S3Client client) {
        this.settings = settings;
        this.location = settings.location();
        this.streams = new OpenStreams(location.toString());
        this.failures = new S3Failures(location);
        this.client = client;
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
            return headOnce(key);
        } catch (SdkException e) {
            int status = S3Failures.status(e);
            if (status == NOT_FOUND && bucketSeen) {
                return null;
            }
            if (status < 300 || status >= 500) {
                throw failures.of("look up", key, e);
            }
            requireBucket();
            return status == NOT_FOUND ? null : headAgain(key);
        }
    }

    private HeadObjectResponse headOnce(ObjectKey key) {
        return client.headObject(request -> request.bucket(location.bucket()).key(location.fullKey(key)));
    }

    /** When the clock was wrong, an answer with a body has told the SDK meanwhile by how much. */
    private @Nullable HeadObjectResponse headAgain(ObjectKey key) {
        try {
            return headOnce(key);
        } catch (SdkException e) {
            if (S3Failures.status(e) == NOT_FOUND) {
                return null;
            }
            throw failures.of("look up", key, e);
        }
    }

    /** The answer to a HEAD has no body: what is missing, and why something is refused, the next one says. */
    private void requireBucket() {
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
        Iterator<StoredObject> objects = listing(location.fullPrefix(prefix), null, this::objectsOn);
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        objects, Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL),
                false);
    }

    private List<StoredObject> objectsOn(ListObjectsV2Response page) {
        List<StoredObject> objects = new ArrayList<>();
        for (S3Object each : page.contents()) {
            if (each.key() == null || each.lastModified() == null || each.size() == null || each.size() < 0) {
                throw BadAnswerException.wrong("an object in a listing has no name, no size or no time");
            }
            ObjectKey key = location.keyOf(each.key());
            if (key != null) {
                objects.add(objectOf(key, each.size(), each.lastModified()));
            }
        }
        return objects;
    }

    @Override
    public List<String> children(String prefix) {
        streams.requireOpen();
        String fullPrefix = location.fullPrefix(prefix);
        TreeSet<String> names = new TreeSet<>();
        listing(fullPrefix, "/", ListObjectsV2Response::commonPrefixes).forEachRemaining(folder -> {
            String name = folder.prefix().substring(fullPrefix.length()).replaceFirst("/$", "");
            if (ObjectKey.isValid(name)) {
                names.add(name);
            }
        });
        return List.copyOf(names);
    }

    private <T> Iterator<T> listing(
            String prefix, @Nullable String delimiter, Function<ListObjectsV2Response, List<T>> content) {
        S3Pages<ListObjectsV2Response, T> pages = new S3Pages<>(
                before -> page(prefix, delimiter, before == null ? null : before.nextContinuationToken()),
                page -> !page.isTruncated()
                        ? null
                        : page.nextContinuationToken() == null ? "" : page.nextContinuationToken(),
                content);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                try {
                    return pages.hasNext();
                } catch (SdkException e) {
                    throw failures.of("list", e);
                }
            }

            @Override
            public T next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return pages.next();
            }
        };
    }

    /** Whatever the store makes of a prefix, or a cache on the way of a query: what was not asked for is no answer. */
    private ListObjectsV2Response page(String prefix, @Nullable String delimiter, @Nullable String continuation) {
        streams.requireOpen();
        ListObjectsV2Response page = client.listObjectsV2(request -> request.bucket(location.bucket())
                .prefix(prefix)
                .delimiter(delimiter)
                .continuationToken(continuation));
        boolean asked = page.contents().stream()
                        .allMatch(each -> each.key() != null && each.key().startsWith(prefix))
                && page.commonPrefixes().stream()
                        .allMatch(each -> each.prefix() != null && each.prefix().startsWith(prefix));
        if (!asked) {
            throw BadAnswerException.wrong("a listing has what was not asked for");
        }
        return page;
    }

    /** Only one status says that it is done; where another does, the object's absence is the proof. */
    @Override
    public void delete(ObjectKey key) {
        streams.requireOpen();
        int attempts = settings.connection().attempts();
        for (int i = 0; i < attempts; i++) {
            if (deleteOnce(key) == NO_CONTENT || head(key) == null) {
                return;
            }
        }
        throw failures.of(
                ErrorCode.STORAGE_FAILED,
                "delete",
                key,
                "it is still there, although it was said " + attempts + " times to be deleted",
                S3Failures.NO_STORE);
    }

    private int deleteOnce(ObjectKey key) {
        try {
            return client.deleteObject(
                            request -> request.bucket(location.bucket()).key(location.fullKey(key)))
                    .sdkHttpResponse()
                    .statusCode();
        } catch (SdkException e) {
            if (S3Failures.is(e, "NoSuchKey")) {
                return NO_CONTENT;
            }
            throw failures.of("delete", key, e);
        }
    }

    @Override
    public List<String> sweep(Duration olderThan) {
        streams.requireOpen();
        try {
            return new S3Sweep(client, location, olderThan).run();
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
