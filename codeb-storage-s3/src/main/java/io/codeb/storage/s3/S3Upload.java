package io.codeb.storage.s3;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageCapabilities.ExclusiveCreate;
import io.codeb.spi.storage.WriteMode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * An object on its way. What fits into one part is put by {@link #finish}; with the first byte beyond it a multipart
 * upload begins, whose parts are sent by other threads while the next one is filled.
 *
 * <p>Each upload has an id of its own in the object's metadata: when the answer to the last request is lost, or a try
 * after it is refused because the first one succeeded, the id tells whose the object is that is there.
 */
final class S3Upload implements ByteSink {
    private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);
    private static final String ID = "codeb-upload";
    private static final String OCTETS = "application/octet-stream";
    private static final int TAKEN = 412;
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;

    /** A writer and whoever aborts it. */
    private enum State {
        WRITING,
        /** The request is out that makes the object visible: too late for an abort. */
        COMMITTING,
        FINISHED,
        ABORTED
    }

    private final S3Storage storage;
    private final S3Client client;
    private final S3Location location;
    private final PartPlan plan;
    private final ObjectKey key;
    private final WriteMode mode;
    private final String id = UUID.randomUUID().toString();
    private final Deque<byte[]> spareChunks = new ArrayDeque<>();

    // The writer's own.
    private final Deque<Future<CompletedPart>> inFlight = new ArrayDeque<>();
    private final List<CompletedPart> parts = new ArrayList<>();
    private PartBuffer filling;
    private int partNumber = 1;
    private long length;

    // Of the writer, the senders and whoever aborts.
    private final Object lock = new Object();
    private State state = State.WRITING;
    private int sending;
    private volatile @Nullable String uploadId;

    S3Upload(S3Storage storage, ObjectKey key, WriteMode mode) {
        this.storage = storage;
        this.client = storage.client();
        this.location = storage.settings().location();
        this.plan = storage.settings().parts();
        this.key = key;
        this.mode = mode;
        this.filling = new PartBuffer(plan.sizeOf(1), spareChunks);
    }

    @Override
    public void write(ByteBuffer src) {
        requireWriting();
        while (src.hasRemaining()) {
            if (filling.isFull()) {
                send();
                filling = new PartBuffer(plan.sizeOf(partNumber), spareChunks);
            }
            length += filling.fill(src);
        }
    }

    private void requireWriting() {
        if (storage.isClosed()) {
            throw failed(ErrorCode.STORAGE_FAILED, "the storage is closed", "");
        }
        synchronized (lock) {
            if (state != State.WRITING) {
                throw new IllegalStateException("the upload of " + key + " has ended");
            }
        }
    }

    private void send() {
        if (partNumber > plan.maxParts()) {
            throw failed(
                    ErrorCode.STORAGE_FAILED,
                    "it is longer than the " + length + " bytes that " + plan.maxParts() + " parts take",
                    "begin with larger parts: the option part-size");
        }
        String upload = uploadId == null ? beginMultipart() : uploadId;
        PartBuffer part = filling;
        int number = partNumber++;
        while (inFlight.size() >= plan.inFlight(part.length())) {
            awaitOldest();
        }
        synchronized (lock) {
            sending++;
        }
        inFlight.add(storage.senders().submit(() -> sendPart(upload, number, part)));
    }

    private String beginMultipart() {
        S3Settings.Objects with = storage.settings().objects();
        CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder()
                .bucket(location.bucket())
                .key(location.fullKey(key))
                .contentType(OCTETS)
                .metadata(Map.of(ID, id))
                .storageClass(with.storageClass())
                .serverSideEncryption(with.encryption())
                .ssekmsKeyId(with.kmsKey());
        if (with.lock() != null) {
            request.objectLockMode(with.lock()).objectLockRetainUntilDate(lockedUntil(with));
        }
        String upload;
        try {
            upload = client.createMultipartUpload(request.build()).uploadId();
        } catch (SdkException e) {
            throw storage.failures().of("write", key, e);
        }
        synchronized (lock) {
            uploadId = upload;
            if (state == State.ABORTED) {
                abortMultipart(upload);
            }
        }
        return upload;
    }

    private static Instant lockedUntil(S3Settings.Objects with) {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(with.lockDays(), ChronoUnit.DAYS);
    }

    /** Done by another thread. */
    private CompletedPart sendPart(String upload, int number, PartBuffer part) {
        try {
            String eTag = client.uploadPart(
                            request -> request.bucket(location.bucket())
                                    .key(location.fullKey(key))
                                    .uploadId(upload)
                                    .partNumber(number)
                                    .contentLength(part.length())
                                    .contentMD5(part.md5()),
                            bodyOf(part))
                    .eTag();
            return CompletedPart.builder().partNumber(number).eTag(eTag).build();
        } finally {
            part.release();
            boolean last;
            synchronized (lock) {
                last = --sending == 0 && state == State.ABORTED;
            }
            if (last) {
                // A part that arrives while its upload is aborted may be kept, and paid for.
                abortMultipart(upload);
            }
        }
    }

    private static RequestBody bodyOf(PartBuffer part) {
        return RequestBody.fromContentProvider(part::stream, part.length(), OCTETS);
    }

    private void awaitOldest() {
        try {
            parts.add(inFlight.remove().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw storage.failures().interrupted("write", key);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SdkException cause) {
                throw storage.failures().of("write", key, cause);
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw failed(ErrorCode.STORAGE_FAILED, String.valueOf(e.getCause()), "");
        }
    }

    @Override
    public void finish() {
        requireWriting();
        boolean finished = false;
        try {
            if (uploadId == null) {
                commit(this::putWhole);
            } else {
                send();
                while (!inFlight.isEmpty()) {
                    awaitOldest();
                }
                commit(this::complete);
            }
            requireAsAskedFor();
            finished = true;
        } finally {
            if (!finished) {
                abort(new IllegalStateException("the upload could not be finished"));
            }
            storage.ended(this);
        }
    }

    private void commit(Runnable request) {
        synchronized (lock) {
            if (state != State.WRITING) {
                throw failed(ErrorCode.STORAGE_FAILED, "the upload was aborted", "");
            }
            state = State.COMMITTING;
        }
        boolean finished = false;
        try {
            request.run();
            finished = true;
        } finally {
            synchronized (lock) {
                state = finished ? State.FINISHED : State.WRITING;
            }
        }
    }

    private void putWhole() {
        S3Settings.Objects with = storage.settings().objects();
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.fullKey(key))
                .contentType(OCTETS)
                .contentLength(length)
                .contentMD5(filling.md5())
                .metadata(Map.of(ID, id))
                .storageClass(with.storageClass())
                .serverSideEncryption(with.encryption())
                .ssekmsKeyId(with.kmsKey())
                .ifNoneMatch(ifNoneMatch());
        ObjectLockMode lockMode = with.lock();
        if (lockMode != null) {
            request.objectLockMode(lockMode).objectLockRetainUntilDate(lockedUntil(with));
        }
        String eTag;
        try {
            eTag = client.putObject(request.build(), bodyOf(filling)).eTag();
        } catch (SdkException e) {
            requireOurs(e);
            return;
        }
        // With encryption by the store it is something else.
        if (!eTag.replace("\"", "").equalsIgnoreCase(filling.md5Hex())) {
            requireThere("written");
        }
    }

    private void complete() {
        try {
            client.completeMultipartUpload(request -> request.bucket(location.bucket())
                    .key(location.fullKey(key))
                    .uploadId(uploadId)
                    .ifNoneMatch(ifNoneMatch())
                    .multipartUpload(upload -> upload.parts(parts)));
        } catch (SdkException e) {
            requireOurs(e);
            return;
        }
        requireThere("complete");
    }

    private void requireThere(String said) {
        HeadObjectResponse head = storage.head(key);
        if (head == null || head.contentLength() != length || !isOurs(head)) {
            throw failed(
                    ErrorCode.STORAGE_FAILED,
                    "the store says that it is " + said + ", and answers "
                            + (head == null ? "nothing" : head.contentLength() + " bytes") + " instead of " + length,
                    "another writer may have taken the name");
        }
    }

    /**
     * Not every store does what it was asked for with an object, or says that it does not. What is not as it was asked
     * for is removed, where it cannot be mended.
     */
    private void requireAsAskedFor() {
        S3Settings.Objects with = storage.settings().objects();
        if (with.lock() == null && with.encryption() == null) {
            return;
        }
        HeadObjectResponse there = storage.head(key);
        if (there == null || !isOurs(there)) {
            return;
        }
        try {
            requireEncrypted(with, there);
            requireLocked(with, there);
        } catch (StorageException failure) {
            try {
                storage.delete(key);
            } catch (StorageException left) {
                failure.addSuppressed(left);
            }
            throw failure;
        }
    }

    /** Without a key for it, radosgw 16.2 takes an object that is to be encrypted, and leaves it as it is. */
    private void requireEncrypted(S3Settings.Objects with, HeadObjectResponse there) {
        String asked = with.encryption();
        if (asked != null && !asked.equals(there.serverSideEncryptionAsString())) {
            throw failed(
                    ErrorCode.STORAGE_DENIED,
                    "the store was asked to encrypt it by " + asked + ", and has not",
                    "a store without keys of its own needs none of the options encryption and kms-key; encryptTo(…)"
                            + " encrypts before it is sent");
        }
    }

    /** Radosgw 16.2 forgets the date for uploads in parts, and in a bucket without Object Lock. */
    private void requireLocked(S3Settings.Objects with, HeadObjectResponse there) {
        ObjectLockMode lockMode = with.lock();
        if (lockMode == null || there.objectLockRetainUntilDate() != null) {
            return;
        }
        try {
            client.putObjectRetention(request -> request.bucket(location.bucket())
                    .key(location.fullKey(key))
                    .versionId(there.versionId())
                    .retention(retention -> retention.mode(lockMode.toString()).retainUntilDate(lockedUntil(with))));
        } catch (SdkException e) {
            throw storage.failures().notLocked(key, e);
        }
    }

    private @Nullable String ifNoneMatch() {
        return mode == WriteMode.CREATE && storage.settings().exclusiveCreate() != ExclusiveCreate.NEVER ? "*" : null;
    }

    /** The last request has failed. A try before the last may have succeeded, or its answer was lost. */
    private void requireOurs(SdkException e) {
        HeadObjectResponse there;
        try {
            there = storage.head(key);
        } catch (StorageException unknown) {
            if (!S3Failures.saysWhy(e) && !unknown.retryable()) {
                // A store may refuse, and close, before it has read all that is sent: only the look says why then.
                unknown.addSuppressed(e);
                throw unknown;
            }
            StorageException failure = storage.failures().of("write", key, e);
            failure.addSuppressed(unknown);
            throw failure;
        }
        if (there != null && isOurs(there) && there.contentLength() == length) {
            LOG.debug("object {} is there, although its writing ended with: {}", key, e.getMessage());
            return;
        }
        int status = S3Failures.status(e);
        if (ifNoneMatch() != null && (status == TAKEN || (status == CONFLICT && there != null))) {
            throw storage.failures().exists(key);
        }
        if (status == NOT_FOUND && S3Failures.is(e, "NoSuchUpload")) {
            throw failed(
                    ErrorCode.STORAGE_FAILED,
                    "the upload is gone: it was aborted by a sweep, or by the bucket's lifecycle",
                    "sweep only what is older than the longest upload");
        }
        throw storage.failures().of("write", key, e);
    }

    private boolean isOurs(HeadObjectResponse head) {
        return id.equals(head.metadata().get(ID));
    }

    private StorageException failed(ErrorCode code, String reason, String hint) {
        return storage.failures().of(code, "write", key, reason, hint);
    }

    /** Does not wait for parts that are on their way: the last of them removes what it may have brought. */
    @Override
    public void abort(Throwable cause) {
        String upload;
        synchronized (lock) {
            if (state != State.WRITING) {
                return;
            }
            state = State.ABORTED;
            upload = uploadId;
        }
        storage.ended(this);
        if (upload != null) {
            abortMultipart(upload);
        }
    }

    private void abortMultipart(String upload) {
        try {
            client.abortMultipartUpload(request ->
                    request.bucket(location.bucket()).key(location.fullKey(key)).uploadId(upload));
        } catch (SdkException | IllegalStateException e) {
            if (!(e instanceof SdkException refused && S3Failures.is(refused, "NoSuchUpload"))) {
                LOG.warn(
                        "upload {} of {} in {} could not be aborted; a sweep will remove it", upload, key, location, e);
            }
        }
    }

    @Override
    public void close() {
        abort(new IllegalStateException("closed without an end"));
    }
}
