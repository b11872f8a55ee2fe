package io.codeb.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameReaderTest {
    /** Takes what comes apart again. */
    private static final class Collected implements FrameReader.Receiver {
        private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

        @Override
        public void stdout(ByteBuffer payload) {
            copy(payload, stdout);
        }

        @Override
        public void stderr(ByteBuffer payload) {
            copy(payload, stderr);
        }

        private static void copy(ByteBuffer payload, ByteArrayOutputStream to) {
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            to.writeBytes(bytes);
        }
    }

    @Property(tries = 300)
    void anyCutOfTheStreamGivesTheSamePayload(
            @ForAll @Size(max = 12) List<@IntRange(max = 300) Integer> sizes, @ForAll long seed) throws Exception {
        Random random = new Random(seed);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        Collected expected = new Collected();
        for (int size : sizes) {
            byte[] payload = new byte[size];
            random.nextBytes(payload);
            int stream = 1 + random.nextInt(2);
            wire.writeBytes(FakeApi.frameBytes(stream, payload));
            (stream == 1 ? expected.stdout : expected.stderr).writeBytes(payload);
        }
        FrameReader reader = new FrameReader();
        Collected seen = new Collected();
        ByteBuffer all = ByteBuffer.wrap(wire.toByteArray());
        while (all.hasRemaining()) {
            int n = Math.min(all.remaining(), 1 + random.nextInt(40));
            reader.feed(all.slice(all.position(), n), seen);
            all.position(all.position() + n);
        }
        assertThat(seen.stdout.toByteArray()).isEqualTo(expected.stdout.toByteArray());
        assertThat(seen.stderr.toByteArray()).isEqualTo(expected.stderr.toByteArray());
        assertThat(reader.betweenFrames()).isTrue();
    }

    @Property(tries = 200)
    void aCutAnywhereButBetweenFramesIsSeen(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 60) Integer> sizes, @ForAll long seed)
            throws Exception {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        List<Integer> borders = new ArrayList<>(List.of(0));
        for (int size : sizes) {
            wire.writeBytes(FakeApi.frameBytes(1, new byte[size]));
            borders.add(wire.size());
        }
        for (int cut = 0; cut <= wire.size(); cut++) {
            FrameReader reader = new FrameReader();
            reader.feed(ByteBuffer.wrap(wire.toByteArray(), 0, cut), new Collected());
            assertThat(reader.betweenFrames()).as("cut at %d", cut).isEqualTo(borders.contains(cut));
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0,0,0,5", "3,0,0,0,5", "72,84,84,80,5", "1,1,0,0,5", "1,0,0,1,5", "1,0,0,0,-1", "2,0,0,0,16777217"})
    void whatIsNoFrameIsAnError(byte stream, byte one, byte two, byte three, int length) {
        ByteBuffer header = ByteBuffer.allocate(8)
                .put(stream)
                .put(one)
                .put(two)
                .put(three)
                .putInt(length)
                .flip();
        assertThatThrownBy(() -> new FrameReader().feed(header, new Collected()))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void theLargestFrameIsOne() throws Exception {
        FrameReader reader = new FrameReader();
        reader.feed(
                ByteBuffer.allocate(8)
                        .putInt(1 << 24)
                        .putInt(FrameReader.MAX_FRAME)
                        .flip(),
                new Collected());
        assertThat(reader.betweenFrames()).isFalse();
    }
}
