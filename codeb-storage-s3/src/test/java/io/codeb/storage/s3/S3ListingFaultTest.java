package io.codeb.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import io.codeb.storage.s3.FaultProxy.Answer;
import io.codeb.storage.s3.FaultProxy.Fault;
import io.codeb.storage.s3.FaultProxy.Operation;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A listing is whole, or it is an error: what it hides would be taken for what is not there. */
class S3ListingFaultTest {
    private static final int ATTEMPTS = 3;

    private final FaultyWay way = new FaultyWay(S3Server.inThisJvm(), ATTEMPTS, Duration.ofSeconds(1));

    @BeforeEach
    void putSome() {
        for (String key : List.of("a/1", "a/2", "b/1")) {
            way.storage().put(new ObjectKey(key), WriteMode.CREATE, new byte[10]);
        }
    }

    @AfterEach
    void close() throws Exception {
        way.close();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DENIED", "FORBIDDEN_PAGE"})
    void aListingIsAskedForAgain(Faults fault) {
        way.proxy().next(Operation.LIST, fault);

        assertThat(keys()).containsExactly("a/1", "a/2", "b/1");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DENIED", "FORBIDDEN_PAGE"})
    void foldersAreAskedForAgain(Faults fault) {
        way.proxy().next(Operation.LIST, fault);

        assertThat(way.storage().children("")).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource({
        "CUT_BEFORE, STORAGE_UNAVAILABLE",
        "CUT_WITHIN, STORAGE_UNAVAILABLE",
        "ENDED_WITHIN, STORAGE_UNAVAILABLE",
        "ENDED_WITHIN_UNTOLD, STORAGE_UNAVAILABLE",
        "GIBBERISH, STORAGE_UNAVAILABLE",
        "INTERNAL_ERROR, STORAGE_UNAVAILABLE",
        "BAD_GATEWAY, STORAGE_UNAVAILABLE",
        "SLOW_DOWN, STORAGE_THROTTLED",
        "DENIED, STORAGE_DENIED",
        "SKEWED, STORAGE_DENIED",
        "ERROR_IN_200, STORAGE_UNAVAILABLE",
        "FORBIDDEN_PAGE, STORAGE_DENIED",
        "REDIRECT, STORAGE_MISSING",
        "NO_SUCH_PAGE, STORAGE_MISSING",
        "HTML, STORAGE_MISSING",
        "EMPTY, STORAGE_MISSING",
        "ENDLESS, STORAGE_FAILED"
    })
    void aListingThatCannotBeHadIsAnError(Faults fault, ErrorCode code) {
        way.proxy().always(Operation.LIST, fault);

        assertFails(code, this::keys);
        assertFails(code, () -> way.storage().children(""));
    }

    @Test
    void anAnswerThatIsNoListingIsAskedForAsOftenAsTheOptionSays() {
        way.proxy().always(Operation.LIST, Faults.HTML);

        assertFails(ErrorCode.STORAGE_MISSING, this::keys);

        assertThat(way.proxy().asked(Operation.LIST)).isEqualTo(ATTEMPTS);
    }

    @Test
    void aPageThatDoesNotSayHowToGoOnIsNotTheLastOne() {
        way.proxy().always(Operation.LIST, truncated(""));

        assertFails(ErrorCode.STORAGE_FAILED, this::keys);
        assertFails(ErrorCode.STORAGE_FAILED, () -> way.storage().children(""));
    }

    @Test
    void aListingThatGoesInCirclesEnds() {
        Fault one = truncated("<NextContinuationToken>one</NextContinuationToken>");
        way.proxy().always(Operation.LIST, one);
        assertFails(ErrorCode.STORAGE_FAILED, this::keys);

        Fault other = truncated("<NextContinuationToken>other</NextContinuationToken>");
        way.proxy().next(Operation.LIST, one, other, one, other);
        assertFails(ErrorCode.STORAGE_FAILED, () -> way.storage().children(""));
    }

    private static Fault truncated(String continuation) {
        return exchange -> {
            Answer answer = exchange.forward();
            exchange.send(answer.withBody(answer.text()
                    .replace("<IsTruncated>false</IsTruncated>", "<IsTruncated>true</IsTruncated>" + continuation)));
        };
    }

    @ParameterizedTest
    @CsvSource({"<IsTruncated>, <Whether>", "<Key>, <Name>", "<Size>, <Weight>", "<LastModified>, <At>"})
    void whatAListingMustSayItSays(String element, String other) {
        way.proxy().always(Operation.LIST, exchange -> {
            Answer answer = exchange.forward();
            exchange.send(answer.withBody(answer.text()
                    .replace(element, other)
                    .replace(element.replace("<", "</"), other.replace("<", "</"))));
        });

        assertFails(ErrorCode.STORAGE_FAILED, this::keys);
    }

    @Test
    void theAnswerToAnotherQuestionIsNone() {
        way.proxy().always(Operation.LIST, exchange -> {
            Answer answer = exchange.forward();
            exchange.send(answer.withBody(answer.text().replace("a/1", "b/0").replace("a/</Prefix>", "b/</Prefix>")));
        });

        assertFails(ErrorCode.STORAGE_FAILED, () -> keys("a"));
    }

    private List<String> keys() {
        return keys("");
    }

    private List<String> keys(String prefix) {
        try (Stream<StoredObject> objects = way.storage().list(prefix)) {
            return objects.map(each -> each.key().value()).toList();
        }
    }

    private static void assertFails(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(CodeBException.class, e -> {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
            assertThat(e.hint()).isNotEmpty();
            assertThat(e.getMessage()).hasSizeLessThan(1_000);
        });
    }
}
