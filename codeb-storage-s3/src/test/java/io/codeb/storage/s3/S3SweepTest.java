package io.codeb.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.storage.s3.FaultProxy.Answer;
import io.codeb.storage.s3.FaultProxy.Fault;
import io.codeb.storage.s3.FaultProxy.Operation;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** A sweep removes what nobody works on any more; what it is not told clearly it leaves. */
class S3SweepTest {
    private static final ObjectKey KEY = new ObjectKey("shop/object");
    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final String TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[^<]*";
    private static final String LONG_AGO = "2020-01-01T00:00:00.000Z";

    private final FaultyWay way = new FaultyWay(S3Server.inThisJvm(), 2, Duration.ofSeconds(10));
    private String uploadId = "";

    @BeforeEach
    void begin() {
        S3Location location = way.direct().settings().location();
        uploadId = way.direct()
                .client()
                .createMultipartUpload(
                        request -> request.bucket(location.bucket()).key(location.fullKey(KEY)))
                .uploadId();
        way.direct()
                .client()
                .uploadPart(
                        request -> request.bucket(location.bucket())
                                .key(location.fullKey(KEY))
                                .uploadId(uploadId)
                                .partNumber(1),
                        RequestBody.fromString("part"));
        // Whatever the server makes of time, it began long ago.
        way.proxy().always(Operation.LIST_UPLOADS, changed(text -> text.replaceAll(TIME, LONG_AGO)));
    }

    @AfterEach
    void close() throws Exception {
        way.close();
    }

    private static Fault changed(UnaryOperator<String> change) {
        return exchange -> {
            Answer answer = exchange.forward();
            exchange.send(answer.withBody(change.apply(answer.text())));
        };
    }

    @Test
    void anUploadWhosePartsAreRecentStays() {
        assertThat(way.storage().sweep(AN_HOUR)).isEmpty();

        assertThat(way.openUploads()).isEqualTo(1);
    }

    @Test
    void anUploadThatHasNotMovedIsRemoved() {
        way.proxy().always(Operation.LIST_PARTS, changed(text -> text.replaceAll(TIME, LONG_AGO)));

        assertThat(way.storage().sweep(AN_HOUR)).hasSize(1);

        assertThat(way.openUploads()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "<UploadId>, <Upload>",
        "<IsTruncated>, <Truncated>",
        "<IsTruncated>false<, <IsTruncated>true<",
        "<LastModified>, <Modified>"
    })
    void anUploadOfWhosePartsTheStoreTellsHalfStays(String element, String other) {
        way.proxy().always(Operation.LIST_PARTS, changed(text -> text.replaceAll(TIME, LONG_AGO)
                .replaceAll("<NextPartNumberMarker>[0-9]*</NextPartNumberMarker>", "")
                .replace(element, other)
                .replace(element.replace("<", "</"), other.replace("<", "</"))));

        assertIsLeft();
    }

    @Test
    void anUploadStaysWhereTheStoreTellsOfAnother() {
        way.proxy().always(Operation.LIST_PARTS, changed(text -> text.replaceAll(TIME, LONG_AGO)
                .replace(uploadId, "another")));

        assertIsLeft();
    }

    @ParameterizedTest
    @CsvSource({
        "<IsTruncated>, <Truncated>",
        "<IsTruncated>false<, <IsTruncated>true<",
        "<Initiated>, <Began>",
        "<Key>, <Name>"
    })
    void uploadsOfWhichTheStoreTellsHalfStay(String element, String other) {
        way.proxy().always(Operation.LIST_PARTS, changed(text -> text.replaceAll(TIME, LONG_AGO)));
        way.proxy().always(Operation.LIST_UPLOADS, changed(text -> text.replaceAll(TIME, LONG_AGO)
                .replaceAll("<NextKeyMarker>[^<]*</NextKeyMarker>", "")
                .replace(element, other)
                .replace(element.replace("<", "</"), other.replace("<", "</"))));

        assertIsLeft();
    }

    @Test
    void aListingOfUploadsThatGoesInCirclesEnds() {
        way.proxy().always(Operation.LIST_UPLOADS, changed(text -> text.replaceAll(TIME, LONG_AGO)
                .replaceAll("<NextKeyMarker>[^<]*</NextKeyMarker>", "")
                .replace(
                        "<IsTruncated>false</IsTruncated>",
                        "<IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker>")));

        assertIsLeft();
    }

    private void assertIsLeft() {
        assertThatThrownBy(() -> way.storage().sweep(AN_HOUR))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
        assertThat(way.openUploads()).isEqualTo(1);
    }

    /** This machine's clock is years ahead. */
    @Test
    void whatIsOldTheClockOfTheStoreSays() {
        way.proxy()
                .always(
                        Operation.LIST_UPLOADS,
                        exchange -> exchange.send(exchange.forward().with("Date", "Wed, 01 Jan 2020 00:30:00 GMT")));

        assertThat(way.storage().sweep(Duration.ZERO)).isEqualTo(List.of());

        assertThat(way.openUploads()).isEqualTo(1);
    }

    @Test
    void anAbortThatIsOnlySaidToBeDoneIsAskedForAgain() {
        way.proxy().always(Operation.LIST_PARTS, changed(text -> text.replaceAll(TIME, LONG_AGO)));
        way.proxy().next(Operation.ABORT, Faults.HTML);

        assertThat(way.storage().sweep(AN_HOUR)).hasSize(1);

        assertThat(way.openUploads()).isZero();
    }
}
