package io.codeb.storage.s3;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * An object's bytes from an offset on. A read that breaks goes on where it broke, in the same object, which its ETag
 * tells; it gives up when it has broken as often as the option attempts says without a byte between.
 */
final class S3Source implements ByteSource {
    private static final Logger LOG = LoggerFactory.getLogger(S3Source.class);
    private static final int CHANGED = 412;
    private static final int NOT_FOUND = 404;
    private static final int NO_SUCH_RANGE = 416;
    private static final int BUFFER = 64 << 10;

    private final S3Storage storage;
    private final ObjectKey key;
    private final String eTag;
    private final long size;
    private final byte[] buffer = new byte[BUFFER];
    private long position;
    private int failuresInARow;
    private volatile boolean closed;
    private volatile @Nullable ResponseInputStream<GetObjectResponse> stream;

    private S3Source(
            S3Storage storage,
            ObjectKey key,
            String eTag,
            long position,
            long size,
            @Nullable ResponseInputStream<GetObjectResponse> stream) {
        this.storage = storage;
        this.key = key;
        this.eTag = eTag;
        this.position = position;
        this.size = size;
        this.stream = stream;
    }

    /** The first request tells the object's length and its ETag, too: what is read is one object from the beginning. */
    static S3Source open(S3Storage storage, ObjectKey key, long offset) {
        if (offset < 0) {
            throw outside(key, offset, "its beginning");
        }
        try {
            ResponseInputStream<GetObjectResponse> stream = get(storage, key, offset, null);
            GetObjectResponse response = stream.response();
            return new S3Source(storage, key, response.eTag(), offset, offset + response.contentLength(), stream);
        } catch (SdkException e) {
            if (S3Failures.status(e) == NO_SUCH_RANGE) {
                return atTheEnd(storage, key, offset);
            }
            if (S3Failures.status(e) == NOT_FOUND && !S3Failures.is(e, "NoSuchBucket")) {
                throw storage.failures().notFound(key);
            }
            throw storage.failures().of("open", key, e);
        }
    }

    private static S3Source atTheEnd(S3Storage storage, ObjectKey key, long offset) {
        HeadObjectResponse head = storage.head(key);
        if (head == null) {
            throw storage.failures().notFound(key);
        }
        if (offset != head.contentLength()) {
            throw outside(key, offset, "its " + head.contentLength() + " bytes");
        }
        return new S3Source(storage, key, head.eTag(), offset, offset, null);
    }

    private static IllegalArgumentException outside(ObjectKey key, long offset, String what) {
        return new IllegalArgumentException("offset " + offset + " is outside of object " + key + ", of " + what);
    }

    /** What it answers has all from that byte on: {@link S3Answers} sees to it. */
    private static ResponseInputStream<GetObjectResponse> get(
            S3Storage storage, ObjectKey key, long from, @Nullable String ifMatch) {
        S3Location location = storage.settings().location();
        return storage.client().getObject(request -> request.bucket(location.bucket())
                .key(location.fullKey(key))
                .ifMatch(ifMatch)
                .range(from == 0 ? null : S3Answers.rangeFrom(from)));
    }

    @Override
    public int read(ByteBuffer dst) {
        if (closed) {
            throw broken("the source is closed", null);
        }
        while (position < size) {
            int wanted = (int) Math.min(Math.min(dst.remaining(), BUFFER), size - position);
            try {
                int count = stream().read(buffer, 0, wanted);
                if (count > 0) {
                    dst.put(buffer, 0, count);
                    position += count;
                    failuresInARow = 0;
                    return count;
                }
                again(null);
            } catch (IOException e) {
                again(e);
            }
        }
        dropStream();
        return END;
    }

    private ResponseInputStream<GetObjectResponse> stream() {
        ResponseInputStream<GetObjectResponse> current = stream;
        return current == null ? resumed() : current;
    }

    private ResponseInputStream<GetObjectResponse> resumed() {
        ResponseInputStream<GetObjectResponse> opened;
        try {
            opened = get(storage, key, position, eTag);
        } catch (SdkException e) {
            int status = S3Failures.status(e);
            if (status == CHANGED || status == NOT_FOUND || status == NO_SUCH_RANGE) {
                throw replaced(e);
            }
            throw storage.failures().of("read", key, e);
        }
        stream = opened;
        if (closed) {
            dropStream();
            throw broken("the source was closed", null);
        }
        requireSame(opened.response());
        return opened;
    }

    /** Not every store knows If-Match, and not everything between hands it on. */
    private void requireSame(GetObjectResponse response) {
        if (!eTag.equals(response.eTag()) || response.contentLength() != size - position) {
            dropStream();
            throw replaced(null);
        }
    }

    private StorageException replaced(@Nullable Throwable cause) {
        return new StorageException(
                ErrorCode.STORAGE_FAILED,
                "object " + key + " in storage " + storage.describe() + " was replaced or deleted while it was read",
                "read it again from the beginning",
                cause);
    }

    private void again(@Nullable IOException cause) {
        dropStream();
        if (closed) {
            throw broken("the source was closed", cause);
        }
        if (++failuresInARow >= storage.settings().connection().attempts()) {
            throw new StorageException(
                    ErrorCode.TRUNCATED,
                    "object " + key + " in storage " + storage.describe() + " has " + size
                            + " bytes, and reading broke "
                            + failuresInARow + " times at byte " + position
                            + (cause == null ? "" : ": " + cause.getMessage()),
                    "check the network; the object itself may be whole",
                    cause);
        }
        LOG.debug("reading {} broke at byte {} and goes on there", key, position, cause);
    }

    private StorageException broken(String reason, @Nullable Throwable cause) {
        return new StorageException(
                ErrorCode.STORAGE_FAILED,
                "cannot read object " + key + " in storage " + storage.describe() + ": " + reason,
                "",
                cause);
    }

    /** Its rest is not wanted: the connection is given up rather than read to its end. */
    private void dropStream() {
        ResponseInputStream<GetObjectResponse> dropped = stream;
        stream = null;
        if (dropped != null) {
            dropped.abort();
        }
    }

    @Override
    public void close() {
        closed = true;
        dropStream();
        storage.ended(this);
    }
}
