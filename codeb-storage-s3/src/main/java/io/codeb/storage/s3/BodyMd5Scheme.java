package io.codeb.storage.s3;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/**
 * Signs as the SDK does, but does not digest a body twice: what has its MD5 among the headers, which are signed, goes
 * without its SHA-256. Over TLS the SDK does so by itself; without, it would have both sides compute a second digest of
 * each part that the store has no more use for, as it refuses a body that is not that of its Content-MD5.
 */
final class BodyMd5Scheme implements AwsV4AuthScheme {
    private static final String CONTENT_MD5 = "Content-MD5";

    private final AwsV4AuthScheme scheme = AwsV4AuthScheme.create();
    private final AwsV4HttpSigner signer = new Signer(scheme.signer());

    @Override
    public String schemeId() {
        return scheme.schemeId();
    }

    @Override
    public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
        return scheme.identityProvider(providers);
    }

    @Override
    public AwsV4HttpSigner signer() {
        return signer;
    }

    private record Signer(AwsV4HttpSigner signer) implements AwsV4HttpSigner {
        @Override
        public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
            return request.request().firstMatchingHeader(CONTENT_MD5).isPresent()
                    ? signWithoutBody(request)
                    : signer.sign(request);
        }

        private <I extends AwsCredentialsIdentity> SignedRequest signWithoutBody(SignRequest<I> request) {
            SignedRequest signed = signer.sign(request.toBuilder()
                    .payload(null)
                    .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                    .build());
            SignedRequest.Builder whole = SignedRequest.builder().request(signed.request());
            request.payload().ifPresent(whole::payload);
            return whole.build();
        }

        @Override
        public CompletableFuture<AsyncSignedRequest> signAsync(
                AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
            return signer.signAsync(request);
        }
    }
}
