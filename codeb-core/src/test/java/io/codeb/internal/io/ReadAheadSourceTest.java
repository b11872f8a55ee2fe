package io.codeb.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.spi.io.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadAheadSourceTest {
    /** Answers the bytes, then the end or a failure; knows who reads it, and whether it was closed. */
    private static final class Upstream implements ByteSource {
        private final ByteSource bytes;
        private final @Nullable RuntimeException failure;
        private final CountDownLatch atTheEnd = new CountDownLatch(1);
        private final CountDownLatch mayEnd;
        private volatile Thread reader = Thread.currentThread();
        private volatile boolean closed;

        Upstream(byte[] bytes, @Nullable RuntimeException failure, CountDownLatch mayEnd) {
            this.bytes = new InputStreamSource(new ByteArrayInputStream(bytes), "test");
            this.failure = failure;
            this.mayEnd = mayEnd;
        }

        @Override
        public int read(ByteBuffer dst) {
            reader = Thread.currentThread();
            int count = bytes.read(dst);
            if (count == END) {
                atTheEnd.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                if (failure != null) {
                    throw failure;
                }
            }
            return count;
        }

        @Override
        public void close() {
            closed = true;
            mayEnd.countDown();
        }
    }

    private static final CountDownLatch AT_ONCE = new CountDownLatch(0);

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] drain(ByteSource source, int room) {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(room);
        while (source.read(buffer.clear()) != ByteSource.END) {
            seen.write(buffer.array(), 0, buffer.position());
        }
        return seen.toByteArray();
    }

    @Property(tries = 100)
    void theBytesAreTheSameHoweverTheyAreRead(
            @ForAll @IntRange(max = 3_000_000) int length, @ForAll @IntRange(min = 1_000, max = 600_000) int room) {
        byte[] bytes = random(length);
        Upstream upstream = new Upstream(bytes, null, AT_ONCE);
        try (ReadAheadSource source = new ReadAheadSource(upstream, "it")) {
            assertThat(drain(source, room)).isEqualTo(bytes);
            assertThat(source.read(ByteBuffer.allocate(1))).isEqualTo(ByteSource.END);
        }
        assertThat(upstream.closed).isTrue();
        assertThat(upstream.reader).isNotSameAs(Thread.currentThread());
        assertThat(upstream.reader.isAlive()).isFalse();
    }

    @Test
    void itReadsAheadOfItsReader() throws InterruptedException {
        Upstream upstream = new Upstream(random(2 * BufferRing.BUFFER_BYTES), null, AT_ONCE);
        try (ReadAheadSource source = new ReadAheadSource(upstream, "it")) {
            source.read(ByteBuffer.allocate(1));
            upstream.atTheEnd.await();
        }
    }

    @Test
    void aFailureComesBehindTheBytesBeforeItAndAgainAtTheNextRead() {
        IntegrityException failure = new IntegrityException(ErrorCode.TRUNCATED, "cut", "");
        try (ReadAheadSource source = new ReadAheadSource(new Upstream(random(100), failure, AT_ONCE), "it")) {
            ByteBuffer buffer = ByteBuffer.allocate(1000);
            assertThat(source.read(buffer)).isEqualTo(100);
            assertThatThrownBy(() -> source.read(buffer)).isSameAs(failure);
            assertThatThrownBy(() -> source.read(buffer)).isSameAs(failure);
        }
    }

    @Test
    void closingWhileTheSourceWaitsEndsItsThread() throws InterruptedException {
        Upstream upstream = new Upstream(random(100), null, new CountDownLatch(1));
        ReadAheadSource source = new ReadAheadSource(upstream, "it");
        source.read(ByteBuffer.allocate(100));
        upstream.atTheEnd.await();
        source.close();
        assertThat(upstream.reader.isAlive()).isFalse();
        assertThatThrownBy(() -> source.read(ByteBuffer.allocate(1000))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingWhileTheRingIsFullEndsItsThread() {
        Upstream upstream = new Upstream(random((BufferRing.BUFFERS + 2) * BufferRing.BUFFER_BYTES), null, AT_ONCE);
        ReadAheadSource source = new ReadAheadSource(upstream, "it");
        source.read(ByteBuffer.allocate(10));
        source.close();
        assertThat(upstream.closed).isTrue();
        assertThat(upstream.reader.isAlive()).isFalse();
    }

    @Test
    void closingBeforeTheFirstReadStartsNothing() {
        Upstream upstream = new Upstream(random(10), null, AT_ONCE);
        new ReadAheadSource(upstream, "it").close();
        assertThat(upstream.closed).isTrue();
        assertThat(upstream.reader).isSameAs(Thread.currentThread());
    }

    @Test
    void aReaderThatWaitsIsEndedByAnInterruptAndByAClose() throws InterruptedException {
        Upstream upstream = new Upstream(new byte[0], null, new CountDownLatch(1));
        ReadAheadSource source = new ReadAheadSource(upstream, "it");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> source.read(ByteBuffer.allocate(1)))
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        AtomicReference<Throwable> told = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            try {
                source.read(ByteBuffer.allocate(1));
            } catch (RuntimeException e) {
                told.set(e);
            }
        });
        reader.start();
        while (reader.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        source.close();
        reader.join();
        assertThat(told.get()).isInstanceOf(IllegalStateException.class);
    }
}
