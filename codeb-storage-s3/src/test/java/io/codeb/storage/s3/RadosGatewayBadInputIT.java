package io.codeb.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.model.Secret;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.WriteMode;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** With a real server, which has a user that is not let in, and buckets with a policy. */
class RadosGatewayBadInputIT extends BadInputContract {
    private static final S3Server SERVER = S3Server.radosGateway();

    private final String bucket = SERVER.newBucket();
    private final S3Client owner = S3Clients.make(S3StorageProvider.settings(SERVER.config(bucket)));

    RadosGatewayBadInputIT() {
        super(SERVER);
    }

    @AfterAll
    void closeOwner() {
        owner.close();
    }

    @Override
    Stream<BadInput> ofThisServer() {
        return Stream.of(new BadInput(
                "a user who is not let in",
                right().withSecret("access-key", Secret.of("GUEST")).withSecret("secret-key", Secret.of("GUESTS")),
                ErrorCode.STORAGE_DENIED,
                "let the key read, write, list and delete"));
    }

    private void denyWriting() {
        String policy = """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
                 "Action": "s3:PutObject", "Resource": "arn:aws:s3:::%s/*"}]}""";
        owner.putBucketPolicy(request -> request.bucket(bucket).policy(policy.formatted(bucket)));
    }

    /** The key may do everything but one thing. */
    @Test
    void whatIsDeniedHalfWayLeavesNothing() {
        byte[] part = new byte[(int) PartPlan.SMALLEST_PART + 1];
        try (StorageBackend storage = new S3StorageProvider()
                .create(SERVER.config(bucket).withOption("part-size", "5").withOption("parts-in-flight", "1"))) {
            ByteSink sink = storage.begin(new ObjectKey("shop/object"), WriteMode.CREATE);
            sink.write(ByteBuffer.wrap(part));
            denyWriting();
            assertThatThrownBy(() -> {
                        sink.write(ByteBuffer.wrap(part));
                        sink.write(ByteBuffer.wrap(part));
                        sink.finish();
                    })
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_DENIED));
            sink.close();

            assertThat(storage.list("")).isEmpty();
            assertThat(owner.listMultipartUploads(request -> request.bucket(bucket))
                            .uploads())
                    .isEmpty();
        }
    }
}
