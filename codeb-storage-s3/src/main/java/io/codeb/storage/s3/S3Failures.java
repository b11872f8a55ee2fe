package io.codeb.storage.s3;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.storage.ObjectKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Says what fails in a store in the same words. Codes: docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html. */
final class S3Failures {
    private static final Map<String, Meaning> BY_CODE = Map.ofEntries(
            Map.entry("NoSuchBucket", new Meaning(ErrorCode.STORAGE_MISSING, "make the bucket, or name the right one")),
            Map.entry("PermanentRedirect", Meaning.REGION),
            Map.entry("AuthorizationHeaderMalformed", Meaning.REGION),
            Map.entry("IllegalLocationConstraintException", Meaning.REGION),
            Map.entry("InvalidAccessKeyId", Meaning.KEYS),
            Map.entry("SignatureDoesNotMatch", Meaning.KEYS),
            Map.entry("ExpiredToken", new Meaning(ErrorCode.STORAGE_DENIED, "the session has ended: get a new token")),
            Map.entry("InvalidToken", Meaning.TOKEN),
            Map.entry("RequestTimeTooSkewed", new Meaning(ErrorCode.STORAGE_DENIED, "set this machine's clock right")),
            Map.entry("SlowDown", new Meaning(ErrorCode.STORAGE_THROTTLED, "try again later")),
            Map.entry("AccessDenied", Meaning.DENIED),
            Map.entry(
                    "InvalidObjectState",
                    new Meaning(
                            ErrorCode.STORAGE_DENIED,
                            "the object is in an archive, by its storage class or a lifecycle rule: have the store"
                                    + " bring it back, and read it then")),
            Map.entry("InvalidStorageClass", Meaning.OPTIONS),
            Map.entry("InvalidRequest", Meaning.OPTIONS),
            Map.entry("InvalidArgument", Meaning.OPTIONS),
            Map.entry("InternalError", Meaning.UNAVAILABLE),
            Map.entry("RequestTimeout", Meaning.UNAVAILABLE),
            Map.entry("ServiceUnavailable", Meaning.UNAVAILABLE),
            Map.entry("QuotaExceeded", Meaning.FULL),
            Map.entry("XMinioStorageFull", Meaning.FULL));

    static final String NO_STORE =
            "check the option endpoint: what answers there is no S3 store, or a web server, a proxy"
                    + " or a captive portal on the way answers in its place";
    static final String TRY_LATER = "try again later; check the endpoint and the network";
    static final String LIES = "a store must not answer so, and nothing on the way to it may change its answers";

    private final S3Location location;

    S3Failures(S3Location location) {
        this.location = location;
    }

    private record Meaning(ErrorCode code, String hint) {
        static final Meaning REGION = new Meaning(
                ErrorCode.STORAGE_MISSING, "the bucket is in another region: name it with the option region");
        static final Meaning KEYS = new Meaning(
                ErrorCode.STORAGE_DENIED,
                "check the secrets access-key and secret-key, and the option kms-key where there is one");
        static final Meaning TOKEN = new Meaning(
                ErrorCode.STORAGE_DENIED, "check the secret session-token, which belongs to the access-key beside it");
        static final Meaning FULL = new Meaning(ErrorCode.STORAGE_FULL, "delete old backups, or have the quota raised");
        static final Meaning DENIED = new Meaning(
                ErrorCode.STORAGE_DENIED, "let the key read, write, list and delete objects below the prefix");
        static final Meaning OPTIONS = new Meaning(
                ErrorCode.STORAGE_DENIED,
                "the store or the bucket does not take what an option asks for: look at storage-class, encryption,"
                        + " kms-key, object-lock and max-parts");
        static final Meaning DENIED_BY_OTHERS = new Meaning(ErrorCode.STORAGE_DENIED, NO_STORE);
        static final Meaning UNAVAILABLE = new Meaning(ErrorCode.STORAGE_UNAVAILABLE, TRY_LATER);
        static final Meaning FAILED = new Meaning(ErrorCode.STORAGE_FAILED, "the store's log may say more");
    }

    StorageException of(String action, ObjectKey key, SdkException e) {
        return of(action + " object " + key, e);
    }

    StorageException of(String action, SdkException e) {
        Meaning meaning = meaningOf(e);
        return new StorageException(
                meaning.code, "cannot " + action + " in storage " + location + ": " + reason(e), meaning.hint, e);
    }

    StorageException of(ErrorCode code, String action, ObjectKey key, String reason, String hint) {
        return new StorageException(
                code, "cannot " + action + " object " + key + " in storage " + location + ": " + reason, hint);
    }

    StorageException notFound(ObjectKey key) {
        return new StorageException(
                ErrorCode.OBJECT_NOT_FOUND,
                "there is no object " + key + " in storage " + location,
                "list the storage to see what is there");
    }

    StorageException exists(ObjectKey key) {
        return new StorageException(
                ErrorCode.OBJECT_EXISTS,
                "there is an object " + key + " in storage " + location + " already",
                "delete it first, or write under another name");
    }

    /** Whatever the store says: it was asked for what only the option object-lock asks for. */
    StorageException notLocked(ObjectKey key, SdkException e) {
        return new StorageException(
                ErrorCode.STORAGE_DENIED,
                "cannot lock object " + key + " in storage " + location + ": " + reason(e),
                "the option object-lock needs a bucket that was made with Object Lock, and a key that may set dates",
                e);
    }

    StorageException interrupted(String action, ObjectKey key) {
        return of(ErrorCode.STORAGE_FAILED, action, key, "the thread was interrupted", "");
    }

    private static String reason(SdkException e) {
        if (e instanceof AbortedException) {
            return "the thread was interrupted, or the storage closed";
        }
        if (e instanceof AwsServiceException service) {
            String code = code(service);
            return "status " + service.statusCode() + (code == null ? "" : " " + code)
                    + (service.requestId() == null ? "" : ", request " + service.requestId());
        }
        if (e instanceof ApiCallAttemptTimeoutException) {
            return "no answer within the option call-limit";
        }
        if (e instanceof BadAnswerException) {
            return e.rawMessage();
        }
        Throwable cause = e.getCause();
        return cause == null || cause.getMessage() == null
                ? String.valueOf(e.getMessage())
                : cause.getClass().getSimpleName() + " " + cause.getMessage();
    }

    private static Meaning meaningOf(SdkException e) {
        if (e instanceof AbortedException) {
            return Meaning.FAILED;
        }
        if (e instanceof BadAnswerException bad) {
            return new Meaning(bad.code(), bad.hint());
        }
        if (!(e instanceof AwsServiceException service)) {
            return String.valueOf(e.getMessage()).contains("Unable to load credentials")
                    ? new Meaning(ErrorCode.STORAGE_DENIED, "hand over the secrets access-key and secret-key")
                    : Meaning.UNAVAILABLE;
        }
        Meaning known = BY_CODE.get(String.valueOf(code(service)));
        if (known != null) {
            return known;
        }
        Meaning plain = byStatus(service.statusCode());
        return plain.equals(Meaning.DENIED) && isPage(service) ? Meaning.DENIED_BY_OTHERS : plain;
    }

    private static Meaning byStatus(int status) {
        return switch (status) {
            case 301, 307 -> Meaning.REGION;
            case 401, 403 -> Meaning.DENIED;
            case 429 -> new Meaning(ErrorCode.STORAGE_THROTTLED, "try again later");
            case 507 -> Meaning.FULL;
            case 500, 502, 503, 504, 409 -> Meaning.UNAVAILABLE;
            default -> Meaning.FAILED;
        };
    }

    private static boolean isPage(AwsServiceException e) {
        return e.awsErrorDetails() != null
                && e.awsErrorDetails().sdkHttpResponse() != null
                && S3Answers.isPage(e.awsErrorDetails().sdkHttpResponse());
    }

    static int status(SdkException e) {
        return e instanceof AwsServiceException service ? service.statusCode() : 0;
    }

    static boolean is(SdkException e, String code) {
        return code.equals(code(e));
    }

    /** Whether it is an answer of the store, with a reason in it. */
    static boolean saysWhy(SdkException e) {
        return code(e) != null;
    }

    private static @Nullable String code(SdkException e) {
        return e instanceof AwsServiceException service && service.awsErrorDetails() != null
                ? service.awsErrorDetails().errorCode()
                : null;
    }
}
