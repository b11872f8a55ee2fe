package io.codeb.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.NullSink;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Every SHA-256 of this JVM passes through a provider of the test's meanwhile, which sees the threads at work. */
@Isolated
@Timeout(60)
class Sha256Test {
    private static final int MORE_THAN_FITS = (BufferRing.BUFFERS + 2) * BufferRing.BUFFER_BYTES;
    private static final Watch WATCH = new Watch();

    /** What the digests of this JVM do. */
    private static final class Watch {
        private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        private volatile boolean failing;
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private volatile CountDownLatch atTheGate = new CountDownLatch(0);

        void pass() {
            threads.add(Thread.currentThread());
            atTheGate.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts a digest", e);
            }
            if (failing) {
                throw new ProviderException("the device is gone");
            }
        }

        void close() {
            gate = new CountDownLatch(1);
            atTheGate = new CountDownLatch(1);
        }
    }

    /** The platform's own SHA-256, watched. Public, with a public constructor, as a provider's classes must be. */
    public static final class WatchedDigest extends java.security.MessageDigestSpi {
        private final MessageDigest digest;

        public WatchedDigest() throws NoSuchAlgorithmException {
            digest = MessageDigest.getInstance("SHA-256", Security.getProvider("SUN"));
        }

        @Override
        protected void engineUpdate(byte input) {
            WATCH.pass();
            digest.update(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            WATCH.pass();
            digest.update(input, offset, length);
        }

        @Override
        protected byte[] engineDigest() {
            WATCH.pass();
            return digest.digest();
        }

        @Override
        protected void engineReset() {
            digest.reset();
        }
    }

    private static final class WatchedProvider extends Provider {
        private static final long serialVersionUID = 1L;

        WatchedProvider() {
            super("codeb-test-watched", "1", "watches SHA-256");
            put("MessageDigest.SHA-256", WatchedDigest.class.getName());
        }
    }

    @BeforeEach
    void watch() {
        WATCH.threads.clear();
        WATCH.failing = false;
        Security.insertProviderAt(new WatchedProvider(), 1);
    }

    @AfterEach
    void stopWatching() {
        WATCH.gate.countDown();
        Security.removeProvider("codeb-test-watched");
        assertThat(WATCH.threads).noneMatch(Thread::isAlive);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static String digestOf(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256", Security.getProvider("SUN"))
                            .digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertDigestedElsewhere() {
        assertThat(WATCH.threads)
                .isNotEmpty()
                .doesNotContain(Thread.currentThread())
                .allMatch(thread -> thread.getName().equals("codeb-" + Sha256.PURPOSE));
    }

    @Test
    void whatIsWrittenIsNotDigestedOnTheWritersThread() {
        byte[] bytes = random(MORE_THAN_FITS);
        DigestSink sink = new DigestSink(new NullSink());
        sink.write(ByteBuffer.wrap(bytes));
        sink.finish();
        assertThat(sink.sha256()).isEqualTo(digestOf(bytes));
        assertDigestedElsewhere();
    }

    @Test
    void whatIsReadIsNotDigestedOnTheReadersThread() {
        byte[] bytes = random(MORE_THAN_FITS);
        try (ByteSource source = verified(bytes)) {
            drain(source);
        }
        assertDigestedElsewhere();
    }

    private static ByteSource verified(byte[] bytes) {
        return new VerifyingSource(
                new InputStreamSource(new ByteArrayInputStream(bytes), "it"), "it", bytes.length, digestOf(bytes));
    }

    private static void drain(ByteSource source) {
        ByteBuffer buffer = ByteBuffer.allocate(100_000);
        while (source.read(buffer.clear()) != ByteSource.END) {
            // The digest is what matters.
        }
    }

    @Test
    void everyLengthAroundABufferHasItsDigest() {
        for (int length : new int[] {
            0, 1, BufferRing.BUFFER_BYTES - 1, BufferRing.BUFFER_BYTES, BufferRing.BUFFER_BYTES + 1, MORE_THAN_FITS
        }) {
            byte[] bytes = random(length);
            Sha256 digest = new Sha256();
            digest.update(ByteBuffer.wrap(bytes));
            assertThat(digest.finish()).isEqualTo(digestOf(bytes));
            assertThat(digest.finish()).isEqualTo(digestOf(bytes));
        }
    }

    @Test
    void theCallersBufferIsFreeAtOnce() {
        byte[] bytes = random(1000);
        String expected = digestOf(bytes);
        Sha256 digest = new Sha256();
        digest.update(ByteBuffer.wrap(bytes));
        bytes[500]++;
        assertThat(digest.finish()).isEqualTo(expected);
    }

    @Test
    void aDigestThatFailsFailsTheWriterAndAbortsWhatIsBelow() {
        WATCH.failing = true;
        AtomicReference<Throwable> aborted = new AtomicReference<>();
        DigestSink sink = new DigestSink(new ByteSink() {
            @Override
            public void write(ByteBuffer src) {
                src.position(src.limit());
            }

            @Override
            public void finish() {
                throw new AssertionError("finished without a digest");
            }

            @Override
            public void abort(Throwable cause) {
                aborted.set(cause);
            }

            @Override
            public void close() {}
        });
        sink.write(ByteBuffer.wrap(random(1000)));
        assertThatThrownBy(sink::finish)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the device is gone")
                .hasCauseInstanceOf(ProviderException.class);
        assertThat(aborted.get()).hasMessageContaining("the device is gone");
    }

    @Test
    void aDigestThatFailsEndsAWriterThatWaitsForIt() {
        WATCH.failing = true;
        Sha256 digest = new Sha256();
        assertThatThrownBy(() -> digest.update(ByteBuffer.wrap(random(MORE_THAN_FITS))))
                .hasMessageContaining("the device is gone");
        assertThatThrownBy(digest::finish).hasMessageContaining("the device is gone");
        digest.close();
    }

    @Test
    void anAbortEndsTheThread() {
        DigestSink sink = new DigestSink(new NullSink());
        sink.write(ByteBuffer.wrap(random(MORE_THAN_FITS)));
        sink.abort(new IllegalStateException("enough"));
        assertThat(WATCH.threads).isNotEmpty().noneMatch(Thread::isAlive);
    }

    @Test
    void closingASourceHalfWayEndsTheThread() {
        ByteSource source = verified(random(MORE_THAN_FITS));
        source.read(ByteBuffer.allocate(BufferRing.BUFFER_BYTES + 1));
        source.close();
        assertThat(WATCH.threads).noneMatch(Thread::isAlive);
    }

    @Test
    void closingFromAnotherThreadEndsAWriterThatWaits() throws InterruptedException {
        WATCH.close();
        Sha256 digest = new Sha256();
        AtomicReference<Throwable> told = new AtomicReference<>();
        Thread writer = new Thread(() -> {
            try {
                digest.update(ByteBuffer.wrap(random(2 * MORE_THAN_FITS)));
            } catch (RuntimeException e) {
                told.set(e);
            }
        });
        writer.start();
        awaitWaiting(writer);
        Thread closer = new Thread(digest::close);
        closer.start();
        writer.join();
        WATCH.gate.countDown();
        closer.join();
        assertThat(told.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("has ended");
        assertThatThrownBy(digest::finish).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aClosedDigestIsNotTakenForWhole() throws InterruptedException {
        WATCH.close();
        Sha256 digest = new Sha256();
        digest.update(ByteBuffer.wrap(random(2 * BufferRing.BUFFER_BYTES)));
        AtomicReference<String> answer = new AtomicReference<>("");
        Thread finisher = new Thread(() -> {
            try {
                answer.set(digest.finish());
            } catch (IllegalStateException e) {
                // That is right.
            }
        });
        WATCH.atTheGate.await();
        finisher.start();
        awaitWaiting(finisher);
        Thread closer = new Thread(digest::close);
        closer.start();
        awaitWaiting(closer);
        WATCH.gate.countDown();
        finisher.join();
        closer.join();
        assertThat(answer.get()).isEmpty();
        assertThatThrownBy(digest::finish).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anInterruptIsKeptAndChangesNothing() {
        byte[] bytes = random(MORE_THAN_FITS);
        Sha256 digest = new Sha256();
        Thread.currentThread().interrupt();
        digest.update(ByteBuffer.wrap(bytes));
        String answer = digest.finish();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(answer).isEqualTo(digestOf(bytes));
    }

    @Test
    void nothingIsTakenAfterTheEnd() {
        Sha256 digest = new Sha256();
        digest.finish();
        assertThatThrownBy(() -> digest.update(ByteBuffer.allocate(1))).isInstanceOf(IllegalStateException.class);
    }

    /** A thread that waits on the digest's lock or for its thread is in this state, and stays in it. */
    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }
}
