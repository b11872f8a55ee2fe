package io.codeb.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import io.codeb.storage.s3.FaultProxy.Answer;
import io.codeb.storage.s3.FaultProxy.Exchange;
import io.codeb.storage.s3.FaultProxy.Fault;
import io.codeb.storage.s3.FaultProxy.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A read that goes on where it broke reads one object, and all of it. */
class S3ReadFaultTest {
    private static final ObjectKey KEY = new ObjectKey("shop/object");
    private static final ObjectKey OTHER = new ObjectKey("shop/other");
    private static final int LENGTH = 1_000;
    private static final byte[] OLD = bytes(1);
    private static final byte[] NEW = bytes(2);

    private final FaultyWay way = new FaultyWay(server(), 3, Duration.ofSeconds(10));

    S3Server server() {
        return S3Server.inThisJvm();
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[LENGTH];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void put() {
        way.direct().put(KEY, WriteMode.CREATE, OLD);
        way.direct().put(OTHER, WriteMode.CREATE, NEW);
    }

    @AfterEach
    void close() throws Exception {
        way.close();
    }

    @Test
    void aReadGoesOnWhereItBroke() {
        way.proxy().next(Operation.GET, Faults.CUT_WITHIN, Faults.ENDED_WITHIN, Faults.BAD_GATEWAY, Faults.HTML);

        assertThat(read(0)).isEqualTo(OLD);
        assertThat(way.proxy().asked(Operation.GET)).isEqualTo(5);
    }

    @Test
    void aStoreThatDoesNotKnowRangesIsAskedAgainAndThenAnError() {
        way.proxy().next(Operation.GET, Faults.ENDED_WITHIN, withoutRange());
        assertThat(read(0)).isEqualTo(OLD);

        way.proxy().next(Operation.GET, Faults.ENDED_WITHIN);
        way.proxy().always(Operation.GET, withoutRange());
        assertFails(ErrorCode.STORAGE_FAILED, () -> read(0));
        assertFails(ErrorCode.STORAGE_FAILED, () -> read(10));
    }

    /** The request itself is signed. */
    private Fault withoutRange() {
        Answer whole = new Answer("200 OK", List.of("ETag: " + eTag(KEY), "Content-Length: " + LENGTH), OLD);
        return exchange -> exchange.send(whole);
    }

    /** A cache that has the beginning. */
    @Test
    void aRangeThatEndsTooEarlyIsNotTheEnd() {
        way.proxy().always(Operation.GET, exchange -> {
            Answer answer = exchange.forward();
            exchange.send(answer.withStatus("206 Partial Content")
                    .withBody("x".repeat(100))
                    .with("Content-Range", "bytes 10-109/1000"));
        });

        assertFails(ErrorCode.STORAGE_FAILED, () -> read(10));
        assertFails(ErrorCode.STORAGE_FAILED, () -> read(0));
    }

    @Test
    void anObjectThatIsReplacedMeanwhileIsNotReadOn() {
        way.proxy().next(Operation.GET, Faults.ENDED_WITHIN, exchange -> {
            way.direct().put(KEY, WriteMode.REPLACE, NEW);
            exchange.pass();
        });

        assertFails(ErrorCode.STORAGE_FAILED, () -> read(0));
    }

    @Test
    void norIsItWhereTheStoreDoesNotKnowConditions() {
        int half = LENGTH / 2;
        Answer other = new Answer(
                "206 Partial Content",
                List.of(
                        "ETag: " + eTag(OTHER),
                        "Content-Length: " + half,
                        "Content-Range: bytes " + half + "-" + (LENGTH - 1) + "/" + LENGTH),
                Arrays.copyOfRange(NEW, half, LENGTH));
        way.proxy().next(Operation.GET, Faults.ENDED_WITHIN, exchange -> exchange.send(other));

        assertFails(ErrorCode.STORAGE_FAILED, () -> read(0));
    }

    @Test
    void anObjectThatIsDeletedMeanwhileIsNotReadOn() {
        way.proxy().next(Operation.GET, Faults.ENDED_WITHIN, exchange -> {
            way.direct().delete(KEY);
            exchange.pass();
        });

        assertFails(ErrorCode.STORAGE_FAILED, () -> read(0));
    }

    @Test
    void anAnswerThatDoesNotSayHowLongItIsIsNone() {
        way.proxy().next(Operation.GET, S3ReadFaultTest::withoutLength);
        assertThat(read(0)).isEqualTo(OLD);

        way.proxy().always(Operation.GET, S3ReadFaultTest::withoutLength);
        assertFails(ErrorCode.STORAGE_MISSING, () -> read(0));
    }

    private static void withoutLength(Exchange exchange) throws IOException {
        Answer answer = exchange.forward();
        exchange.send(answer.without("Content-Length"), answer.length());
    }

    @Test
    void aReadThatMovesNoByteEnds() {
        way.proxy().always(Operation.GET, exchange -> exchange.send(exchange.forward(), 0));

        assertFails(ErrorCode.TRUNCATED, () -> read(0));
        assertThat(way.proxy().asked(Operation.GET)).isEqualTo(3);
    }

    @Test
    void fromAnOffsetItReadsTheRest() {
        way.proxy().next(Operation.GET, Faults.HTML, Faults.ENDED_WITHIN, Faults.CUT_BEFORE);

        assertThat(read(10)).isEqualTo(Arrays.copyOfRange(OLD, 10, LENGTH));
        assertThat(read(LENGTH)).isEmpty();
    }

    private String eTag(ObjectKey key) {
        return Objects.requireNonNull(way.direct().head(key)).eTag();
    }

    private byte[] read(long offset) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(64);
        try (ByteSource source = way.storage().open(KEY, offset)) {
            while (source.read(buffer) != ByteSource.END) {
                all.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        }
        return all.toByteArray();
    }

    private static void assertFails(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(StorageException.class, e -> {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
            assertThat(e.hint()).isNotEmpty();
        });
    }
}
