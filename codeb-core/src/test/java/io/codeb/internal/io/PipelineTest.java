package io.codeb.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.NullSink;
import io.codeb.spi.io.Transfer;
import io.codeb.tck.io.RecordingSink;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PipelineTest {
    private static ByteSource source(byte[] bytes) {
        return new InputStreamSource(new ByteArrayInputStream(bytes), "test");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Property(tries = 200)
    void aDigestIsThatOfAllBytesHoweverTheyCome(@ForAll byte[] bytes, @ForAll @IntRange(min = 1, max = 50) int chunk) {
        RecordingSink end = new RecordingSink();
        DigestSink sink = new DigestSink(end);
        for (int at = 0; at < bytes.length; at += chunk) {
            sink.write(ByteBuffer.wrap(bytes, at, Math.min(chunk, bytes.length - at)));
        }
        sink.finish();
        assertThat(sink.size()).isEqualTo(bytes.length);
        assertThat(sink.sha256()).isEqualTo(sha256(bytes));
        assertThat(end.bytes()).isEqualTo(bytes);
    }

    @Property(tries = 200)
    void aWholeStreamVerifies(@ForAll byte[] bytes, @ForAll @IntRange(min = 1, max = 50) int room) {
        VerifyingSource verified = new VerifyingSource(source(bytes), "it", bytes.length, sha256(bytes));
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(room);
        while (verified.read(buffer.clear()) != ByteSource.END) {
            seen.write(buffer.array(), 0, buffer.position());
        }
        assertThat(seen.toByteArray()).isEqualTo(bytes);
        assertThat(verified.read(buffer.clear())).isEqualTo(ByteSource.END);
    }

    @Property(tries = 200)
    void aStreamThatIsCutLongerOrFlippedDoesNotVerify(@ForAll byte[] some, @ForAll @IntRange(max = 1000) int where) {
        byte[] bytes = Arrays.copyOf(some, some.length + 1);
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        byte[] flipped = bytes.clone();
        flipped[where % bytes.length] ^= (byte) (1 << (where % 8));
        assertThat(codeOf(cut, bytes)).isEqualTo(ErrorCode.TRUNCATED);
        assertThat(codeOf(longer, bytes)).isEqualTo(ErrorCode.DIGEST_MISMATCH);
        assertThat(codeOf(flipped, bytes)).isEqualTo(ErrorCode.DIGEST_MISMATCH);
    }

    private static ErrorCode codeOf(byte[] actual, byte[] recorded) {
        VerifyingSource verified = new VerifyingSource(source(actual), "it", recorded.length, sha256(recorded));
        try {
            Transfer.all(verified, new NullSink(), new Cancellation(), bytes -> {});
        } catch (IntegrityException e) {
            return e.code();
        }
        throw new AssertionError("it verified");
    }
}
