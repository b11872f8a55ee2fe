package io.codeb.tck.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.OperatingSystemMXBean;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.error.StorageException;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.io.BytesSource;
import io.codeb.tck.io.RecordingSink;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Codec} promises. Inherit it and answer {@link #codecId()}; the provider is looked up as an
 * application's would be. What only some codecs prove is asked of those that {@link #provesItsContent()}; a codec that
 * is slow says {@link #smallData()}.
 */
public abstract class CodecContract {
    private static final byte[] SAMPLE =
            "a line of a dump\tand its columns\t\\N\n".repeat(9).getBytes(StandardCharsets.UTF_8);
    private final StorageException noRoom = new StorageException(ErrorCode.STORAGE_FULL, "no room", "");

    /** For subclasses. */
    protected CodecContract() {}

    /**
     * Names the codec under test.
     *
     * @return its id
     */
    protected abstract String codecId();

    /**
     * Answers what the codec is made from.
     *
     * @return its defaults, unless the subclass says otherwise, for example with the keys that it needs
     */
    protected ProviderConfig config() {
        return ProviderConfig.of(codecId());
    }

    /**
     * Whether the encoded form shows where it ends and that it is unharmed.
     *
     * @return false for a codec that leaves the bytes as they are
     */
    protected boolean provesItsContent() {
        return true;
    }

    /**
     * Whether the encoded form shows by itself where it ends, as opposed to one that can only tell that its end is not
     * right. The first can tell what was cut from what was changed, and such streams may lie one behind the other.
     *
     * @return true unless the subclass says otherwise
     */
    protected boolean showsItsEnd() {
        return true;
    }

    /**
     * Whether the tests shall do with little data.
     *
     * @return false unless the subclass says otherwise
     */
    protected boolean smallData() {
        return false;
    }

    private int much(int normally, int ifSmall) {
        return smallData() ? ifSmall : normally;
    }

    private CodecProvider provider() {
        return ServiceLoader.load(CodecProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(candidate -> candidate.id().equals(codecId()))
                .findFirst()
                .orElseThrow();
    }

    private Codec codec() {
        return provider().create(config());
    }

    @Nested
    class Identity {
        @Test
        void theCodecHasTheIdOfItsProvider() {
            assertThat(codec().id()).isEqualTo(codecId());
        }

        @Test
        void theExtensionIsEmptyOrStartsWithADot() {
            assertThat(codec().extension()).matches("|\\.[a-z0-9]+");
        }
    }

    /** Properties, which jqwik runs: its groups are what nested classes are elsewhere. */
    @Group
    class AnyContent {
        @Property(tries = 150)
        void whatWasEncodedDecodesToItself(
                @ForAll long seed,
                @ForAll @IntRange(max = 600_000) int size,
                @ForAll @IntRange(min = 1, max = 200_000) int writeChunk,
                @ForAll @IntRange(min = 1, max = 200_000) int upstreamChunk,
                @ForAll @IntRange(min = 1, max = 200_000) int readChunk) {
            byte[] plain = content(seed, size);

            byte[] encoded = encode(codec(), plain, writeChunk);

            try (ByteSource source = codec().decode(BytesSource.of(encoded).inChunksOf(upstreamChunk))) {
                assertThat(BytesSource.readAll(source, readChunk)).isEqualTo(plain);
            }
        }

        @Property(tries = 30)
        void bytesOneAtATimeAreTheSame(@ForAll long seed, @ForAll @IntRange(max = 2_000) int size) {
            byte[] plain = content(seed, size);

            byte[] encoded = encode(codec(), plain, 1);

            try (ByteSource source = codec().decode(BytesSource.of(encoded).inChunksOf(1))) {
                assertThat(BytesSource.readAll(source, 1)).isEqualTo(plain);
            }
        }

        @Property(tries = 300)
        void rubbishIsAnErrorNotACrash(@ForAll byte[] rubbish) {
            try {
                assertThat(decode(rubbish).length).isLessThanOrEqualTo(provesItsContent() ? 0 : rubbish.length);
            } catch (IntegrityException e) {
                assertThat(e.code()).isIn(ErrorCode.TRUNCATED, ErrorCode.CORRUPT);
                assertThat(e.hint()).isNotBlank();
            }
        }
    }

    @Nested
    class Content {
        @Test
        void anEmptyStreamDecodesToAnEmptyStream() {
            assertThat(decode(encode(codec(), new byte[0], 1))).isEmpty();
        }

        @Test
        void directAndReadOnlyBuffersAreTakenWhole() {
            byte[] plain = content(7, 300_000);
            RecordingSink encoded = new RecordingSink();
            ByteBuffer direct =
                    ByteBuffer.allocateDirect(100_000).put(plain, 0, 100_000).flip();
            ByteBuffer readOnly = ByteBuffer.wrap(plain, 100_000, 200_000).asReadOnlyBuffer();

            try (ByteSink sink = codec().encode(encoded)) {
                sink.write(direct);
                sink.write(readOnly);
                sink.finish();
            }

            assertThat(direct.remaining() + readOnly.remaining()).isZero();
            assertThat(decode(encoded.bytes())).isEqualTo(plain);
        }

        @Test
        void aBufferMayBeReusedAfterTheWrite() {
            byte[] plain = content(11, 10_000);
            RecordingSink encoded = new RecordingSink();
            ByteBuffer buffer = ByteBuffer.allocate(1_000);

            try (ByteSink sink = codec().encode(encoded)) {
                for (int at = 0; at < plain.length; at += 1_000) {
                    sink.write(buffer.clear().put(plain, at, 1_000).flip());
                    Arrays.fill(buffer.array(), (byte) '!');
                }
                buffer.clear();
                sink.finish();
            }

            assertThat(decode(encoded.bytes())).isEqualTo(plain);
        }

        @Test
        void concatenatedStreamsDecodeAsOne() {
            byte[] one = encode(codec(), SAMPLE, 100);
            byte[] twice = Arrays.copyOf(one, one.length * 2);
            System.arraycopy(one, 0, twice, one.length, one.length);
            if (!showsItsEnd()) {
                assertFails("two streams", ErrorCode.CORRUPT, twice);
                return;
            }

            assertThat(decode(twice))
                    .hasSize(SAMPLE.length * 2)
                    .startsWith(SAMPLE)
                    .endsWith(SAMPLE);
        }

        @Test
        void theEndIsAnsweredAgainAndAgain() {
            try (ByteSource source = codec().decode(BytesSource.of(encode(codec(), SAMPLE, 100)))) {
                BytesSource.readAll(source);

                assertThat(source.read(ByteBuffer.allocate(10))).isEqualTo(ByteSource.END);
                assertThat(source.read(ByteBuffer.allocate(10))).isEqualTo(ByteSource.END);
            }
        }
    }

    @Nested
    class Proof {
        @Test
        void aStreamCutAtAnyByteIsAnError() {
            byte[] encoded = encode(codec(), SAMPLE, 100);
            if (!provesItsContent()) {
                assertThat(encoded).isEqualTo(SAMPLE);
                return;
            }
            for (int length = 0; length < encoded.length; length++) {
                byte[] cut = Arrays.copyOf(encoded, length);
                assertFails("cut after %d of %d bytes".formatted(length, encoded.length), ErrorCode.TRUNCATED, cut);
            }
        }

        @Test
        void aLargeStreamCutAnywhereIsAnError() {
            byte[] encoded = encode(codec(), content(3, 700_000), 65_536);
            if (!provesItsContent()) {
                assertThat(encoded).hasSize(700_000);
                return;
            }
            Random random = new Random(5);
            for (int i = 0; i < much(100, 10); i++) {
                byte[] cut = Arrays.copyOf(encoded, random.nextInt(encoded.length));

                assertFails("cut after " + cut.length, ErrorCode.TRUNCATED, cut);
            }
        }

        @Test
        void aFlippedBitNeverPassesAsOtherContent() {
            byte[] encoded = encode(codec(), SAMPLE, 100);
            // What holds the key of a stream may be what was changed: then no key opens it.
            Set<ErrorCode> damage = codec() instanceof KeyedCodec
                    ? Set.of(ErrorCode.TRUNCATED, ErrorCode.CORRUPT, ErrorCode.KEY_WRONG)
                    : Set.of(ErrorCode.TRUNCATED, ErrorCode.CORRUPT);
            int errors = 0;
            for (int bit = 0; bit < encoded.length * 8; bit++) {
                byte[] flipped = encoded.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                try {
                    byte[] decoded = decode(flipped);
                    assertThat(Arrays.equals(decoded, SAMPLE))
                            .as("content after flipping bit %d", bit)
                            .isEqualTo(provesItsContent());
                } catch (IntegrityException e) {
                    assertThat(e.code()).isIn(damage);
                    errors++;
                }
            }
            // A few bits of a header say nothing of the content: a time, the kind of operating system.
            assertThat(errors).isGreaterThanOrEqualTo(provesItsContent() ? encoded.length * 6 : 0);
        }

        @Test
        void whatFollowsTheEndIsCorruption() {
            if (!provesItsContent()) {
                return;
            }
            byte[] encoded = encode(codec(), SAMPLE, 100);
            for (String rubbish : new String[] {"x", "rubbish behind the end", "\0\0\0\0\0\0\0\0"}) {
                byte[] tail = rubbish.getBytes(StandardCharsets.UTF_8);
                byte[] followed = Arrays.copyOf(encoded, encoded.length + tail.length);
                System.arraycopy(tail, 0, followed, encoded.length, tail.length);

                assertFails("followed by '" + rubbish + "'", ErrorCode.CORRUPT, followed);
            }
        }
    }

    @Nested
    class Aborting {
        @Test
        void anAbortReachesDownstreamAndLeavesWhatCannotBeDecoded() {
            RecordingSink downstream = new RecordingSink();
            Throwable cause = new IllegalStateException("the dump failed");
            ByteSink sink = codec().encode(downstream);
            sink.write(ByteBuffer.wrap(content(1, 500_000)));

            sink.abort(cause);

            assertThat(downstream.abortCause()).containsSame(cause);
            assertThat(downstream.isFinished()).isFalse();
            if (provesItsContent()) {
                assertFails("what was aborted", ErrorCode.TRUNCATED, downstream.bytes());
            }
        }

        @Test
        void anAbortedSinkWritesNothingMore() {
            RecordingSink downstream = new RecordingSink();
            ByteSink sink = codec().encode(downstream);
            sink.write(ByteBuffer.wrap(SAMPLE));
            sink.abort(new IllegalStateException("first"));
            int written = downstream.bytes().length;

            sink.abort(new IllegalStateException("second"));
            sink.close();

            assertThat(downstream.bytes()).hasSize(written);
            assertThat(downstream.abortCause())
                    .hasValueSatisfying(cause -> assertThat(cause).hasMessage("first"));
            assertThatThrownBy(() -> sink.write(ByteBuffer.wrap(SAMPLE))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(sink::finish).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void aCloseWithoutAFinishAborts() {
            RecordingSink downstream = new RecordingSink();

            try (ByteSink sink = codec().encode(downstream)) {
                sink.write(ByteBuffer.wrap(SAMPLE));
            }

            assertThat(downstream.abortCause()).isPresent();
            assertThat(downstream.isClosed()).isTrue();
        }

        @Test
        void anAbortAfterTheFinishDoesNothing() {
            RecordingSink downstream = new RecordingSink();
            ByteSink sink = codec().encode(downstream);
            sink.write(ByteBuffer.wrap(SAMPLE));
            sink.finish();

            sink.abort(new IllegalStateException("too late"));
            sink.close();

            assertThat(downstream.isFinished()).isTrue();
            assertThat(downstream.abortCause()).isEmpty();
            assertThat(decode(downstream.bytes())).isEqualTo(SAMPLE);
        }

        @Test
        void aSinkFinishesOnce() {
            ByteSink sink = codec().encode(new RecordingSink());
            sink.finish();

            assertThatThrownBy(sink::finish).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> sink.write(ByteBuffer.wrap(SAMPLE))).isInstanceOf(IllegalStateException.class);
            sink.close();
        }
    }

    @Nested
    class Failures {
        @Test
        void aFailureDownstreamSurfacesFromTheWrite() {
            RecordingSink downstream = RecordingSink.failingAfter(10_000, noRoom);

            try (ByteSink sink = codec().encode(downstream)) {
                assertThatThrownBy(() -> sink.write(ByteBuffer.wrap(random(1_000_000))))
                        .isSameAs(noRoom);
            }

            assertThat(downstream.isFinished()).isFalse();
            assertThat(downstream.abortCause()).isPresent();
        }

        @Test
        void aFailureDownstreamSurfacesFromTheFinish() {
            RecordingSink downstream = RecordingSink.failingAfter(SAMPLE.length, noRoom);

            try (ByteSink sink = codec().encode(downstream)) {
                sink.write(ByteBuffer.wrap(SAMPLE));

                assertThatThrownBy(sink::finish).isSameAs(noRoom);
            }

            assertThat(downstream.isFinished()).isFalse();
            assertThat(downstream.abortCause()).isPresent();
        }

        @Test
        void anErrorIsToldAgainAtTheNextRead() {
            StorageException gone = new StorageException(ErrorCode.STORAGE_UNAVAILABLE, "the connection is gone", "");

            try (ByteSource source = codec().decode(BytesSource.of(new byte[0]).thenFailing(gone))) {
                assertThatThrownBy(() -> BytesSource.readAll(source)).isSameAs(gone);
                assertThatThrownBy(() -> BytesSource.readAll(source)).isSameAs(gone);
            }
        }
    }

    @Nested
    class Resources {
        @Test
        void closingTheSourceClosesUpstream() {
            BytesSource upstream = BytesSource.of(encode(codec(), SAMPLE, 100));
            ByteSource source = codec().decode(upstream);

            source.close();
            source.close();

            assertThat(upstream.isClosed()).isTrue();
            assertThatThrownBy(() -> source.read(ByteBuffer.allocate(10))).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void nativeMemoryIsGivenBackHoweverAStreamEnds() {
            byte[] encoded = encode(codec(), content(2, 200_000), 65_536);
            leaveStreamsInEveryWay(encoded, 20);
            long before = committedMemory();

            leaveStreamsInEveryWay(encoded, much(300, 100));

            assertThat(committedMemory() - before).isLessThan(200L * 1024 * 1024);
        }
    }

    private void leaveStreamsInEveryWay(byte[] encoded, int times) {
        byte[] plain = content(2, 200_000);
        for (int i = 0; i < times; i++) {
            ByteSink aborted = codec().encode(new RecordingSink());
            aborted.write(ByteBuffer.wrap(plain));
            aborted.abort(new IllegalStateException("on purpose"));

            encode(codec(), plain, plain.length);

            try (ByteSource source = codec().decode(BytesSource.of(encoded))) {
                source.read(ByteBuffer.allocate(10));
            }
        }
    }

    private static long committedMemory() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getCommittedVirtualMemorySize();
    }

    private byte[] decode(byte[] encoded) {
        try (ByteSource source = codec().decode(BytesSource.of(encoded))) {
            return BytesSource.readAll(source);
        }
    }

    private void assertFails(String what, ErrorCode code, byte[] encoded) {
        assertThatThrownBy(() -> decode(encoded))
                .as(what)
                .isInstanceOfSatisfying(IntegrityException.class, e -> assertThat(e.code())
                        .as(what)
                        .isIn(showsItsEnd() ? Set.of(code) : Set.of(ErrorCode.TRUNCATED, ErrorCode.CORRUPT)));
    }

    private static byte[] encode(Codec codec, byte[] plain, int chunk) {
        RecordingSink encoded = new RecordingSink();
        try (ByteSink sink = codec.encode(encoded)) {
            for (int at = 0; at < plain.length; at += chunk) {
                sink.write(ByteBuffer.wrap(plain, at, Math.min(chunk, plain.length - at)));
            }
            sink.finish();
        }
        assertThat(encoded.isFinished()).isTrue();
        return encoded.bytes();
    }

    /** Stretches that compress well and stretches that do not. */
    private static byte[] content(long seed, int size) {
        Random random = new Random(seed);
        byte[] content = new byte[size];
        int at = 0;
        while (at < size) {
            int end = Math.min(size, at + 1 + random.nextInt(20_000));
            if (random.nextBoolean()) {
                Arrays.fill(content, at, end, (byte) random.nextInt());
            } else {
                byte[] wild = new byte[end - at];
                random.nextBytes(wild);
                System.arraycopy(wild, 0, content, at, wild.length);
            }
            at = end;
        }
        return content;
    }

    private static byte[] random(int size) {
        byte[] content = new byte[size];
        new Random(1).nextBytes(content);
        return content;
    }
}
