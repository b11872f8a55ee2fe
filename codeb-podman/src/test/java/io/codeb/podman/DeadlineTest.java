package io.codeb.podman;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever looks at the clock twice may see the deadline pass in between. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeadlineTest {
    private static final long LIMIT = 800_000_000;

    /** One that is a nanosecond away at the first look, and has passed at each other. */
    private static Deadline passingAfterALook() {
        PrimitiveIterator.OfLong looks = LongStream.concat(
                        LongStream.of(0, LIMIT - 1), LongStream.generate(() -> LIMIT))
                .iterator();
        return new Deadline(LIMIT, looks::nextLong);
    }

    @Test
    void aReadEndsWhenItPassesBetweenTwoLooks() throws IOException {
        try (FakeApi api = new FakeApi();
                Wire wire = connect(api)) {
            assertThat(wire.read(ByteBuffer.allocate(1), passingAfterALook())).isZero();
        }
    }

    @Test
    void aWriteEndsWhenItPassesBetweenTwoLooks() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 << 20);
        try (FakeApi api = new FakeApi();
                Wire wire = connect(api)) {
            api.on("PUT /slow", call -> call.waitForTheEnd());
            wire.write(ByteBuffer.wrap("PUT /slow HTTP/1.1\r\n\r\n".getBytes(UTF_8)), Deadline.inNanos(LIMIT));
            wire.write(bytes, passingAfterALook());
            assertThat(bytes.hasRemaining()).isTrue();
        }
    }

    @Test
    void theFirstLineIsNotWaitedForAfterwards() {
        StderrTail tail = new StderrTail("0123456789abcdef0123456789abcdef", 100);
        tail.awaitFirstLine(passingAfterALook());
        assertThat(tail.pid()).isEmpty();
    }

    private static Wire connect(FakeApi api) throws IOException {
        return ChannelWire.connect(
                SocketChannel.open(StandardProtocolFamily.UNIX),
                UnixDomainSocketAddress.of(api.socket()),
                Deadline.inNanos(30 * 1_000_000_000L));
    }
}
