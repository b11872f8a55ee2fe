package io.codeb.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.NullSink;
import io.codeb.spi.io.PeekedSource;
import io.codeb.spi.io.Transfer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PipelineTest {
    /** Records what a sink is told, and fails where it is asked to. */
    private static final class RecordingSink implements ByteSink {
        private final List<String> told = new ArrayList<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean failFinish;

        @Override
        public void write(ByteBuffer src) {
            while (src.hasRemaining()) {
                bytes.write(src.get());
            }
        }

        @Override
        public void finish() {
            told.add("finish");
            if (failFinish) {
                throw new IntegrityException(ErrorCode.CORRUPT, "refused", "");
            }
        }

        @Override
        public void abort(Throwable cause) {
            told.add("abort");
        }

        @Override
        public void close() {
            told.add("close");
        }
    }

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
        assertThat(end.bytes.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void closingWithoutFinishingAborts() {
        RecordingSink end = new RecordingSink();
        new DigestSink(end).close();
        assertThat(end.told).containsExactly("abort", "close");
    }

    @Test
    void afterFinishingAnAbortDoesNothing() {
        RecordingSink end = new RecordingSink();
        DigestSink sink = new DigestSink(end);
        sink.finish();
        sink.abort(new IllegalStateException("late"));
        assertThat(end.told).containsExactly("finish");
    }

    @Test
    void aFinishThatFailsBelowAborts() {
        RecordingSink end = new RecordingSink();
        end.failFinish = true;
        DigestSink sink = new DigestSink(end);
        assertThatThrownBy(sink::finish).isInstanceOf(IntegrityException.class);
        assertThat(end.told).containsExactly("finish", "abort");
    }

    @Test
    void nothingCanBeWrittenAfterTheEnd() {
        DigestSink finished = new DigestSink(new RecordingSink());
        finished.finish();
        assertThatThrownBy(() -> finished.write(ByteBuffer.allocate(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(finished::finish).isInstanceOf(IllegalStateException.class);
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

    @Property(tries = 200)
    void aPeekShowsTheHeadAndTakesNothingAway(
            @ForAll byte[] bytes,
            @ForAll @IntRange(min = 1, max = 30) int head,
            @ForAll @IntRange(min = 1, max = 9) int room) {
        PeekedSource peeked = new PeekedSource(source(bytes), head);
        assertThat(peeked.head()).isEqualTo(Arrays.copyOf(bytes, Math.min(head, bytes.length)));
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(room);
        while (peeked.read(buffer.clear()) != ByteSource.END) {
            seen.write(buffer.array(), 0, buffer.position());
        }
        assertThat(seen.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void aCancelledTransferStops() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("enough");
        assertThatThrownBy(() -> Transfer.all(source(new byte[9]), new NullSink(), cancellation, bytes -> {}))
                .isInstanceOf(CancelledException.class);
    }
}
