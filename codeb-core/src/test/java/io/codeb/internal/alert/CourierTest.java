package io.codeb.internal.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.alert.AlertFailure;
import io.codeb.alert.AlertRoute;
import io.codeb.error.AlertException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever a channel does, who sends an alert does not wait, and what came of it is counted. */
@Timeout(60)
class CourierTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Texts TEXTS = new Texts(Locale.ENGLISH);
    private static final Backoff FOUR_TRIES =
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(3));

    private final BlockingQueue<Alert> arrived = new LinkedBlockingQueue<>();
    private final AtomicInteger tries = new AtomicInteger();
    private final List<Courier> opened = new ArrayList<>();

    private Courier courier(AlertChannel channel, int most, Duration patience) {
        Courier courier = new Courier("test-1", AlertRoute.log(), channel, most, FOUR_TRIES, CLOCK, TEXTS, patience);
        opened.add(courier);
        return courier;
    }

    private Courier courier(AlertChannel channel) {
        return courier(channel, 1_000, Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        opened.forEach(Courier::close);
    }

    private static Alert alert(AlertKind kind, Alert.State state) {
        return TEXTS.alert(new Topic(kind, "shop", ""), state, NOW, Map.of());
    }

    private static Alert alert() {
        return alert(AlertKind.BACKUP_FAILED, Alert.State.RAISED);
    }

    /** Does something with each alert, on the way to where it arrives. */
    private AlertChannel channel(Runnable first) {
        return new AlertChannel() {
            @Override
            public void deliver(Alert alert) {
                tries.incrementAndGet();
                first.run();
                arrived.add(alert);
            }

            @Override
            public void close() {
                arrived.clear();
            }
        };
    }

    private static RuntimeException problem(ErrorCode code) {
        return new AlertException(code, "no", "");
    }

    @Test
    void whatFailsAtFirstArrives() throws Exception {
        Courier courier = courier(channel(() -> {
            if (tries.get() < 3) {
                throw problem(ErrorCode.ALERT_UNDELIVERED);
            }
        }));
        Alert alert = alert();

        courier.send(alert);

        assertThat(arrived.poll(30, TimeUnit.SECONDS)).isEqualTo(alert);
        courier.close();
        assertThat(courier.counts().delivered()).isEqualTo(1);
        assertThat(courier.counts().retried()).isEqualTo(2);
    }

    @Test
    void whatFailsForEverIsGivenUpAndTheNextOneIsTried() {
        Courier courier = courier(channel(() -> {
            throw problem(ErrorCode.ALERT_UNDELIVERED);
        }));
        courier.send(alert());
        courier.send(alert());
        courier.close();

        assertThat(courier.counts().undelivered()).isEqualTo(2);
        assertThat(courier.counts().delivered()).isZero();
        assertThat(tries).hasValueBetween(2, 8);
    }

    @Test
    void whatIsRefusedIsNotTriedAgainAndNeitherIsWhatFailsOtherwise() {
        for (RuntimeException refusal : List.of(
                problem(ErrorCode.ALERT_REFUSED),
                new ConfigException("no such variable", ""),
                new IllegalStateException("secret"))) {
            tries.set(0);
            Courier courier = courier(channel(() -> {
                throw refusal;
            }));

            assertThat(courier.test(alert()).failure()).hasValueSatisfying(problem -> assertThat(problem.toString())
                    .doesNotContain("secret"));
            courier.send(alert());
            courier.close();

            assertThat(tries).as(refusal.toString()).hasValue(2);
            assertThat(courier.counts().undelivered()).isEqualTo(1);
        }
    }

    @Test
    void aChannelThatHangsHoldsNobodyUpAndIsEndedByTheClose() {
        Semaphore reached = new Semaphore(0);
        Semaphore never = new Semaphore(0);
        Courier courier = courier(
                channel(() -> {
                    reached.release();
                    try {
                        never.acquire();
                    } catch (InterruptedException e) {
                        throw problem(ErrorCode.ALERT_UNDELIVERED);
                    }
                }),
                1_000,
                Duration.ofMillis(1));

        courier.send(alert());
        reached.acquireUninterruptibly();
        for (int i = 0; i < Courier.MAX_WAITING + 10; i++) {
            courier.send(alert());
        }
        assertThat(courier.counts().waiting()).isEqualTo(Courier.MAX_WAITING);
        assertThat(courier.counts().undelivered()).isEqualTo(10);
        courier.close();

        assertThat(courier.counts().waiting()).isZero();
        assertThat(courier.counts().undelivered()).isEqualTo(Courier.MAX_WAITING + 11);
        courier.send(alert());
        assertThat(courier.counts().undelivered()).isEqualTo(Courier.MAX_WAITING + 12);
    }

    @Test
    void whatIsTooMuchIsHeldBackAndTheNextOneSaysSo() throws Exception {
        Courier courier = courier(channel(() -> {}), 2, Duration.ofSeconds(30));
        for (int i = 0; i < 5; i++) {
            courier.send(alert());
        }
        courier.send(alert(AlertKind.BACKUP_FAILED, Alert.State.OVER));

        for (int i = 0; i < 2; i++) {
            assertThat(arrived.poll(30, TimeUnit.SECONDS).text()).doesNotContain("held back");
        }
        Alert last = arrived.poll(30, TimeUnit.SECONDS);
        assertThat(last.state()).isEqualTo(Alert.State.OVER);
        assertThat(last.text()).startsWith("3 alerts");
        assertThat(courier.counts().heldBack()).isEqualTo(3);
    }

    @Test
    void whatIsForOthersIsNotSent() throws Exception {
        Courier courier = courier(channel(() -> {}));
        courier.send(alert(AlertKind.BACKUP_MADE, Alert.State.RAISED));
        Alert alert = alert();
        courier.send(alert);

        assertThat(arrived.poll(30, TimeUnit.SECONDS)).isEqualTo(alert);
    }

    @Test
    void aCloseInTheMiddleOfAPauseDoesNotWaitForItsEnd() {
        Courier courier = new Courier(
                "test-1",
                AlertRoute.log(),
                channel(() -> {
                    throw problem(ErrorCode.ALERT_UNDELIVERED);
                }),
                10,
                Backoff.within(Duration.ofHours(9)),
                CLOCK,
                TEXTS,
                Duration.ofSeconds(30));
        courier.send(alert());
        courier.close();

        assertThat(courier.counts().undelivered()).isEqualTo(1);
        assertThat(tries).hasValue(1);
    }

    @Test
    void theLastDeliveryAndWhatHasFailedSinceAreKnown() {
        Courier courier = courier(channel(() -> {
            if (tries.get() == 2) {
                throw problem(ErrorCode.ALERT_UNDELIVERED);
            }
        }));
        assertThat(courier.status().deliveredAt()).isEmpty();

        assertThat(courier.test(alert()).failure()).isEmpty();
        assertThat(courier.status().deliveredAt()).hasValue(NOW);
        assertThat(courier.status().failure()).isEmpty();

        assertThat(courier.test(alert()).failure()).isPresent();
        assertThat(courier.status().deliveredAt()).hasValue(NOW);
        assertThat(courier.status().failure())
                .hasValue(new AlertFailure(NOW, AlertKind.BACKUP_FAILED, ErrorCode.ALERT_UNDELIVERED, "no"));

        assertThat(courier.test(alert()).failure()).isEmpty();
        assertThat(courier.status().failure()).isEmpty();
    }
}
