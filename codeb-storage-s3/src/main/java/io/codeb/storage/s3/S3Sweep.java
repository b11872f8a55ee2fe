package io.codeb.storage.s3;

import io.codeb.spi.storage.ObjectKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * Aborts multipart uploads whose writers have made no progress for some time. What the store does not tell clearly is
 * an error: an upload that is aborted by mistake is a backup that fails.
 */
final class S3Sweep {
    private final S3Client client;
    private final S3Location location;
    private final Duration olderThan;
    private Instant now = Instant.now();

    S3Sweep(S3Client client, S3Location location, Duration olderThan) {
        this.client = client;
        this.location = location;
        this.olderThan = olderThan;
    }

    List<String> run() {
        List<String> removed = new ArrayList<>();
        List<MultipartUpload> uploads = uploads();
        Instant before = now.minus(olderThan);
        for (MultipartUpload each : uploads) {
            ObjectKey key = location.keyOf(each.key());
            if (key != null
                    && each.initiated().isBefore(before)
                    && lastProgress(each).isBefore(before)
                    && abort(each)) {
                removed.add("upload of " + key + " begun at " + each.initiated());
            }
        }
        return removed;
    }

    /** All of them first: those that are aborted meanwhile would move what stands on the next page. */
    private List<MultipartUpload> uploads() {
        List<MultipartUpload> uploads = new ArrayList<>();
        new S3Pages<>(this::page, S3Sweep::continuation, ListMultipartUploadsResponse::uploads)
                .forEachRemaining(uploads::add);
        for (MultipartUpload each : uploads) {
            if (each.key() == null || each.uploadId() == null || each.initiated() == null) {
                throw BadAnswerException.wrong("an upload in a listing has no name, no id or no time");
            }
        }
        return uploads;
    }

    private ListMultipartUploadsResponse page(@Nullable ListMultipartUploadsResponse before) {
        ListMultipartUploadsResponse page = client.listMultipartUploads(request -> request.bucket(location.bucket())
                .prefix(location.prefix())
                .keyMarker(before == null ? null : before.nextKeyMarker())
                .uploadIdMarker(before == null ? null : before.nextUploadIdMarker()));
        Instant there = time(page.sdkHttpResponse());
        if (there != null && there.isBefore(now)) {
            now = there;
        }
        return page;
    }

    private static @Nullable String continuation(ListMultipartUploadsResponse page) {
        if (!page.isTruncated()) {
            return null;
        }
        return page.nextKeyMarker() == null ? "" : page.nextKeyMarker() + " " + page.nextUploadIdMarker();
    }

    /** The end of the second on the store's clock, which has set the times of its uploads; this one may be ahead. */
    private static @Nullable Instant time(SdkHttpResponse response) {
        try {
            return response.firstMatchingHeader("Date")
                    .map(text -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text))
                            .plusSeconds(1))
                    .orElse(null);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private Instant lastProgress(MultipartUpload upload) {
        Instant last = upload.initiated();
        try {
            S3Pages<ListPartsResponse, Part> parts =
                    new S3Pages<>(before -> parts(upload, before), S3Sweep::continuation, ListPartsResponse::parts);
            while (parts.hasNext()) {
                Instant at = parts.next().lastModified();
                if (at == null) {
                    throw BadAnswerException.wrong("a part in a listing has no time");
                }
                last = at.isAfter(last) ? at : last;
            }
            return last;
        } catch (SdkException e) {
            if (S3Failures.is(e, "NoSuchUpload")) {
                return Instant.MAX;
            }
            throw e;
        }
    }

    private ListPartsResponse parts(MultipartUpload upload, @Nullable ListPartsResponse before) {
        ListPartsResponse parts = client.listParts(request -> request.bucket(location.bucket())
                .key(upload.key())
                .uploadId(upload.uploadId())
                .partNumberMarker(before == null ? null : before.nextPartNumberMarker()));
        if (!upload.uploadId().equals(parts.uploadId())) {
            throw BadAnswerException.wrong("a listing has the parts of another upload");
        }
        return parts;
    }

    private static @Nullable String continuation(ListPartsResponse page) {
        if (!page.isTruncated()) {
            return null;
        }
        return page.nextPartNumberMarker() == null
                ? ""
                : page.nextPartNumberMarker().toString();
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
