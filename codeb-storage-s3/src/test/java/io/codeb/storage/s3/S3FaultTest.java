package io.codeb.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import io.codeb.storage.s3.FaultProxy.Answer;
import io.codeb.storage.s3.FaultProxy.Exchange;
import io.codeb.storage.s3.FaultProxy.Operation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each request of a store, and all that can happen to it on the way: what was asked for is done, or one error says why
 * not, and what is in the store then is whole.
 */
@Execution(ExecutionMode.CONCURRENT)
class S3FaultTest {
    private static final ObjectKey KEY = new ObjectKey("shop/object");
    private static final ObjectKey OTHER = new ObjectKey("shop/other");
    private static final byte[] SMALL = bytes(100);
    private static final byte[] LARGE = bytes((int) PartPlan.SMALLEST_PART + 1);
    private static final Set<Operation> OF_UPLOADS =
            EnumSet.of(Operation.INITIATE, Operation.PART, Operation.COMPLETE, Operation.ABORT);
    private static final Set<Operation> OF_SWEEPS = EnumSet.of(Operation.LIST_UPLOADS, Operation.LIST_PARTS);
    /** An upload whose beginning or whose abort the store does not tell is left to a sweep. */
    private static final Set<Operation> LEFT_TO_A_SWEEP =
            EnumSet.of(Operation.INITIATE, Operation.ABORT, Operation.LIST_UPLOADS, Operation.LIST_PARTS);

    private static final Set<Faults> REFUSALS = EnumSet.of(Faults.DENIED, Faults.FORBIDDEN_PAGE);
    private static final Set<Faults> OF_LARGE_OBJECTS =
            EnumSet.of(Faults.CUT_BEFORE, Faults.CUT_AFTER, Faults.ENDED_WITHIN, Faults.DENIED, Faults.HTML);
    private static final Set<Faults> STALLS = EnumSet.of(Faults.STALL, Faults.STALL_WITHIN);

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Megabytes are slow: of uploads, those faults that differ. */
    static Stream<Arguments> operationsAndFaults() {
        return Stream.of(Operation.values()).flatMap(operation -> Stream.of(Faults.values())
                .filter(fault -> !OF_UPLOADS.contains(operation) || OF_LARGE_OBJECTS.contains(fault))
                .map(fault -> Arguments.of(operation, fault)));
    }

    static Stream<Arguments> operationsAndAccidents() {
        return operationsAndFaults().filter(each -> !REFUSALS.contains((Faults) each.get()[1]));
    }

    /** A refusal is final. */
    static Stream<Arguments> operationsAndRefusals() {
        return operationsAndFaults().filter(each -> REFUSALS.contains((Faults) each.get()[1]));
    }

    @ParameterizedTest
    @MethodSource("operationsAndAccidents")
    void whatHappensOnceIsMended(Operation operation, Faults fault) throws Exception {
        try (FaultyWay way = wayFor(fault)) {
            prepare(way, operation);
            way.proxy().next(operation, fault);

            act(way.storage(), operation);

            assertThat(way.proxy().asked(operation)).isPositive();
            assertDone(way, operation);
            assertNothingIsLeft(way, operation == Operation.INITIATE);
        }
    }

    @ParameterizedTest
    @MethodSource("operationsAndFaults")
    void whatHappensEachTimeIsOneError(Operation operation, Faults fault) throws Exception {
        try (FaultyWay way = wayFor(fault)) {
            prepare(way, operation);
            way.proxy().always(operation, fault);

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> act(way.storage(), operation));

            ErrorCode expected = expected(operation, fault);
            if (expected == null) {
                assertThat(failure).isNull();
            } else {
                assertThat(failure).isNotNull();
                assertThat(failure.code()).as(failure.toString()).isEqualTo(expected);
                assertThat(failure.hint()).isNotEmpty();
                assertThat(failure.getMessage())
                        .hasSizeLessThan(1_000)
                        .contains(way.storage().describe());
            }
            assertWhole(way);
            assertNothingIsLeft(way, LEFT_TO_A_SWEEP.contains(operation));
        }
    }

    private static FaultyWay wayFor(Faults fault) {
        boolean stalls = STALLS.contains(fault);
        return new FaultyWay(
                S3Server.inThisJvm(), stalls ? 2 : 3, stalls ? Duration.ofMillis(250) : Duration.ofSeconds(10));
    }

    static void prepare(FaultyWay way, Operation operation) {
        way.direct().put(OTHER, WriteMode.CREATE, SMALL);
        if (OF_SWEEPS.contains(operation)) {
            S3Location location = way.direct().settings().location();
            way.direct().client().createMultipartUpload(request -> request.bucket(location.bucket())
                    .key(location.fullKey(KEY)));
        } else if (!OF_UPLOADS.contains(operation) && operation != Operation.PUT) {
            way.direct().put(KEY, WriteMode.CREATE, SMALL);
        }
    }

    static void act(StorageBackend storage, Operation operation) {
        switch (operation) {
            case PUT -> storage.put(KEY, WriteMode.CREATE, SMALL);
            case GET -> assertThat(read(storage)).isEqualTo(SMALL);
            case HEAD -> assertThat(storage.stat(KEY).orElseThrow().size()).isEqualTo(SMALL.length);
            case LIST -> assertThat(sizes(storage)).containsExactly(SMALL.length, SMALL.length);
            case DELETE -> storage.delete(KEY);
            case INITIATE, PART, COMPLETE -> {
                try (ByteSink sink = storage.begin(KEY, WriteMode.CREATE)) {
                    sink.write(ByteBuffer.wrap(LARGE));
                    sink.finish();
                }
            }
            case ABORT -> {
                ByteSink sink = storage.begin(KEY, WriteMode.CREATE);
                sink.write(ByteBuffer.wrap(LARGE));
                sink.abort(new IllegalStateException("not wanted any more"));
            }
            default -> assertThat(storage.sweep(Duration.ofHours(-1))).hasSize(1);
        }
    }

    private static byte[] read(StorageBackend storage) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1_000);
        try (ByteSource source = storage.open(KEY, 0)) {
            while (source.read(buffer) != ByteSource.END) {
                all.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        }
        return all.toByteArray();
    }

    private static List<Integer> sizes(StorageBackend storage) {
        try (Stream<StoredObject> objects = storage.list("")) {
            return objects.map(each -> (int) each.size()).toList();
        }
    }

    static void assertDone(FaultyWay way, Operation operation) {
        switch (operation) {
            case PUT -> assertThat(read(way.direct())).isEqualTo(SMALL);
            case INITIATE, PART, COMPLETE -> assertThat(read(way.direct())).isEqualTo(LARGE);
            case DELETE, ABORT -> assertThat(way.direct().stat(KEY)).isEmpty();
            default -> assertWhole(way);
        }
    }

    private static void assertWhole(FaultyWay way) {
        assertThat(sizes(way.direct())).isSubsetOf(SMALL.length, LARGE.length);
    }

    static void assertNothingIsLeft(FaultyWay way, boolean butToASweep) {
        if (butToASweep) {
            way.direct().sweep(Duration.ofHours(-1));
        }
        assertThat(way.openUploads()).isZero();
    }

    /** Null where it is done all the same. */
    private static @Nullable ErrorCode expected(Operation operation, Faults fault) {
        if (operation == Operation.ABORT) {
            return null; // Whoever aborts has an error already; a warning is logged.
        }
        boolean commit = operation == Operation.PUT || operation == Operation.COMPLETE;
        boolean reads = operation == Operation.GET;
        boolean emptyAnswer = operation == Operation.PUT
                || operation == Operation.PART
                || operation == Operation.DELETE
                || operation == Operation.HEAD;
        return switch (fault) {
            case CUT_AFTER -> commit ? null : ErrorCode.STORAGE_UNAVAILABLE;
            case CUT_WITHIN, ENDED_WITHIN, STALL_WITHIN ->
                commit || emptyAnswer ? null : reads ? ErrorCode.TRUNCATED : ErrorCode.STORAGE_UNAVAILABLE;
            case ENDED_WITHIN_UNTOLD ->
                commit || operation == Operation.PART || operation == Operation.DELETE
                        ? null
                        : reads || operation == Operation.HEAD
                                ? ErrorCode.STORAGE_MISSING
                                : ErrorCode.STORAGE_UNAVAILABLE;
            case CUT_BEFORE, STALL, GIBBERISH, INTERNAL_ERROR, BAD_GATEWAY -> ErrorCode.STORAGE_UNAVAILABLE;
            case ERROR_IN_200 ->
                switch (operation) {
                    case DELETE -> ErrorCode.STORAGE_FAILED;
                    case PUT, PART, GET, HEAD -> ErrorCode.STORAGE_MISSING;
                    default -> ErrorCode.STORAGE_UNAVAILABLE;
                };
            case SLOW_DOWN, RETRY_TOMORROW -> ErrorCode.STORAGE_THROTTLED;
            case DENIED, SKEWED, FORBIDDEN_PAGE -> ErrorCode.STORAGE_DENIED;
            case HTML, EMPTY, PAGE_WITH_ETAG ->
                operation == Operation.DELETE ? ErrorCode.STORAGE_FAILED : ErrorCode.STORAGE_MISSING;
            case REDIRECT, NO_SUCH_PAGE -> ErrorCode.STORAGE_MISSING;
            case ENDLESS ->
                reads || operation == Operation.HEAD || operation == Operation.PUT || operation == Operation.PART
                        ? ErrorCode.STORAGE_MISSING
                        : ErrorCode.STORAGE_FAILED;
        };
    }

    @ParameterizedTest
    @MethodSource("operationsAndRefusals")
    void aRefusalIsNotTriedAgain(Operation operation, Faults fault) throws Exception {
        try (FaultyWay way = wayFor(fault)) {
            prepare(way, operation);
            way.proxy().next(operation, fault, fault);

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> act(way.storage(), operation));

            assertThat(failure == null).isEqualTo(operation == Operation.ABORT);
            // A HEAD is asked again when a listing has said why, an abort by the part that was on its way.
            boolean twice = operation == Operation.HEAD || operation == Operation.ABORT;
            assertThat(way.proxy().asked(operation))
                    .as(() -> "failed with " + failure)
                    .isBetween(1, twice ? 2 : 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PUT", "PART"})
    void whatIsChangedOnTheWayIsRefused(Operation operation) throws Exception {
        try (FaultyWay way = wayFor(Faults.HTML)) {
            assertChangedBodyIsRefused(way, operation);
        }
    }

    static void assertChangedBodyIsRefused(FaultyWay way, Operation operation) {
        prepare(way, operation);
        way.proxy().always(operation, exchange -> exchange.changed().pass());

        assertFails(ErrorCode.STORAGE_FAILED, () -> act(way.storage(), operation));

        assertThat(way.direct().stat(KEY)).isEmpty();
        assertNothingIsLeft(way, false);
    }

    /** A second digest of each part, over the same bytes, would be the slowest thing that a client does. */
    @ParameterizedTest
    @EnumSource(names = {"PUT", "PART"})
    void aBodyIsDigestedOnceAndTheSignatureHoldsIt(Operation operation) throws Exception {
        List<Exchange> sent = new CopyOnWriteArrayList<>();
        try (FaultyWay way = wayFor(Faults.HTML)) {
            way.proxy().always(operation, exchange -> {
                sent.add(exchange);
                exchange.pass();
            });

            act(way.storage(), operation);

            assertThat(sent).isNotEmpty().allSatisfy(request -> {
                assertThat(request.header("x-amz-content-sha256")).isEqualTo("UNSIGNED-PAYLOAD");
                assertThat(request.header("Content-MD5")).hasSize(24);
                assertThat(request.header("Authorization")).containsPattern("SignedHeaders=[^,]*content-md5");
            });
            assertDone(way, operation);
        }
    }

    @Test
    void aBodyWithoutADigestIsSigned() throws Exception {
        List<Exchange> sent = new CopyOnWriteArrayList<>();
        try (FaultyWay way = wayFor(Faults.HTML)) {
            way.proxy().always(Operation.COMPLETE, exchange -> {
                sent.add(exchange);
                exchange.pass();
            });

            act(way.storage(), Operation.COMPLETE);

            assertThat(sent).isNotEmpty().allSatisfy(request -> assertThat(request.header("x-amz-content-sha256"))
                    .matches("[0-9a-f]{64}"));
        }
    }

    @Test
    void whatTheDigestDoesNotProveALookAtTheObjectDoes() throws Exception {
        try (FaultyWay way = wayFor(Faults.HTML)) {
            way.proxy()
                    .next(
                            Operation.PUT,
                            exchange -> exchange.send(exchange.forward().with("ETag", "\"of an encrypted object\"")));

            act(way.storage(), Operation.PUT);

            assertThat(way.proxy().asked(Operation.HEAD)).isEqualTo(1);
            assertDone(way, Operation.PUT);
        }
    }

    @Test
    void whatIsOnlySaidToBeWrittenIsAnError() throws Exception {
        try (FaultyWay way = wayFor(Faults.HTML)) {
            way.proxy()
                    .next(
                            Operation.PUT,
                            exchange -> exchange.send(
                                    Answer.of("200 OK", "text/plain", "").with("ETag", "\"of something\"")));

            assertFails(ErrorCode.STORAGE_FAILED, () -> act(way.storage(), Operation.PUT));
        }
    }

    @Test
    void aDeletionThatIsAnsweredOddlyIsLookedAt() throws Exception {
        try (FaultyWay way = wayFor(Faults.HTML)) {
            prepare(way, Operation.DELETE);
            way.proxy()
                    .next(
                            Operation.DELETE,
                            Faults.EMPTY,
                            exchange -> exchange.send(
                                    exchange.forward().withStatus("200 OK").withBody("")));

            act(way.storage(), Operation.DELETE);

            assertThat(way.proxy().asked(Operation.DELETE)).isEqualTo(2);
            assertDone(way, Operation.DELETE);
        }
    }

    @Test
    void anUploadThatHasNoIdIsNone() throws Exception {
        String root = "InitiateMultipartUploadResult";
        Answer hollow = Answer.of("200 OK", "application/xml", "<" + root + "><UploadId></UploadId></" + root + ">");
        try (FaultyWay way = wayFor(Faults.HTML)) {
            way.proxy().always(Operation.INITIATE, exchange -> exchange.send(hollow));

            assertFails(ErrorCode.STORAGE_FAILED, () -> act(way.storage(), Operation.INITIATE));

            assertThat(way.proxy().asked(Operation.PART)).isZero();
        }
    }

    @Test
    void whatHasNoEndIsNotReadToIt() throws Exception {
        try (FaultyWay way = wayFor(Faults.HTML)) {
            prepare(way, Operation.DELETE);
            way.proxy().always(Operation.DELETE, Faults.ENDLESS);

            assertFails(ErrorCode.STORAGE_FAILED, () -> act(way.storage(), Operation.DELETE));

            assertThat(way.direct().stat(KEY)).isPresent();
        }
    }

    private static void assertFails(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(CodeBException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }
}
