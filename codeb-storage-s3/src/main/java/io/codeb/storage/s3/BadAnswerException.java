package io.codeb.storage.s3;

import io.codeb.error.ErrorCode;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * What came over the wire is no answer of a store to what it was asked. The request is tried again: {@link S3Clients}
 * tells the SDK so.
 */
final class BadAnswerException extends SdkClientException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String hint;

    private BadAnswerException(SdkClientException.Builder builder, ErrorCode code, String hint) {
        super(builder);
        this.code = code;
        this.hint = hint;
    }

    private static BadAnswerException of(ErrorCode code, String reason, String hint, @Nullable Throwable cause) {
        return new BadAnswerException(
                SdkClientException.builder().message(reason).cause(cause), code, hint);
    }

    /** Somebody answers, and not in the words of S3. */
    static BadAnswerException noStore(String reason) {
        return of(ErrorCode.STORAGE_MISSING, reason, S3Failures.NO_STORE, null);
    }

    /** The answer began well. */
    static BadAnswerException cut(String reason, @Nullable Throwable cause) {
        return of(ErrorCode.STORAGE_UNAVAILABLE, reason, S3Failures.TRY_LATER, cause);
    }

    /** A store answers, and its answer cannot be. */
    static BadAnswerException wrong(String reason) {
        return of(ErrorCode.STORAGE_FAILED, reason, S3Failures.LIES, null);
    }

    ErrorCode code() {
        return code;
    }

    String hint() {
        return hint;
    }

    /** The SDK makes each exception anew, to say how often it has tried; it would be one of another kind. */
    @Override
    public SdkClientException.Builder toBuilder() {
        return new Same(this);
    }

    private static final class Same extends SdkClientException.BuilderImpl {
        private final ErrorCode code;
        private final String hint;

        Same(BadAnswerException e) {
            super(e);
            this.code = e.code;
            this.hint = e.hint;
        }

        @Override
        public BadAnswerException build() {
            return new BadAnswerException(this, code, hint);
        }
    }
}
