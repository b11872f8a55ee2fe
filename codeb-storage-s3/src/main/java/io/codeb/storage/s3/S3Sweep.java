package io.codeb.storage.s3;

import io.codeb.spi.storage.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/** Aborts multipart uploads whose writers have made no progress since a moment. */
final class S3Sweep {
    private final S3Client client;
    private final S3Location location;
    private final Instant before;

    S3Sweep(S3Client client, S3Location location, Instant before) {
        this.client = client;
        this.location = location;
        this.before = before;
    }

    List<String> run() {
        List<String> removed = new ArrayList<>();
        for (MultipartUpload each : uploads()) {
            ObjectKey key = location.keyOf(each.key());
            if (key != null && lastProgress(each).isBefore(before) && abort(each)) {
                removed.add("upload of " + key + " begun at " + each.initiated());
            }
        }
        return removed;
    }

    /** All of them first: those that are aborted meanwhile would move what stands on the next page. */
    private List<MultipartUpload> uploads() {
        List<MultipartUpload> uploads = new ArrayList<>();
        ListMultipartUploadsResponse page;
        String[] after = {null, null};
        do {
            page = client.listMultipartUploads(request -> request.bucket(location.bucket())
                    .prefix(location.prefix())
                    .keyMarker(after[0])
                    .uploadIdMarker(after[1]));
            uploads.addAll(page.uploads());
            after[0] = page.nextKeyMarker();
            after[1] = page.nextUploadIdMarker();
        } while (Boolean.TRUE.equals(page.isTruncated()) && after[0] != null);
        return uploads;
    }

    private Instant lastProgress(MultipartUpload upload) {
        if (!upload.initiated().isBefore(before)) {
            return upload.initiated();
        }
        try {
            return client
                    .listPartsPaginator(request ->
                            request.bucket(location.bucket()).key(upload.key()).uploadId(upload.uploadId()))
                    .parts()
                    .stream()
                    .map(Part::lastModified)
                    .reduce(upload.initiated(), (one, other) -> one.isAfter(other) ? one : other);
        } catch (SdkException e) {
            if (S3Failures.is(e, "NoSuchUpload")) {
                return Instant.MAX;
            }
            throw e;
        }
    }

    private boolean abort(MultipartUpload upload) {
        try {
            client.abortMultipartUpload(request ->
                    request.bucket(location.bucket()).key(upload.key()).uploadId(upload.uploadId()));
            return true;
        } catch (SdkException e) {
            if (S3Failures.is(e, "NoSuchUpload")) {
                return false;
            }
            throw e;
        }
    }
}
