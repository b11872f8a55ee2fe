package io.codeb.spi.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.codeb.model.Cancellation;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimedCancellationTest {
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void whenTheTimeIsOverItIsCancelledByItself() throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (TimedCancellation timed = new TimedCancellation(new Cancellation(), Duration.ofMillis(1500))) {
            timed.cancellation().onCancel(cancelled::countDown);
            cancelled.await();

            assertThat(timed.isOver()).isTrue();
            assertThat(timed.cancellation().reason()).contains("it was not done within 1500 ms");
        }
    }

    @Test
    void whoeverCancelsBeforeThatIsTheOneWhoCancelled() {
        Cancellation outer = new Cancellation();
        try (TimedCancellation timed = new TimedCancellation(outer, LONG)) {
            outer.cancel("not today");

            assertThat(timed.cancellation().reason()).contains("not today");
            assertThat(timed.isOver()).isFalse();
        }
    }

    @Test
    void onceClosedItIsNotCancelledAnyMore() {
        Cancellation outer = new Cancellation();
        TimedCancellation timed = new TimedCancellation(outer, LONG);
        timed.close();
        outer.cancel("too late");

        assertThat(timed.cancellation().isCancelled()).isFalse();
    }

    @Test
    void noTimeIsNoLimit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TimedCancellation(new Cancellation(), Duration.ZERO).close());
    }

    @Test
    void timesAreToldInSecondsWhereTheyAreWhole() {
        assertThat(TimedCancellation.text(Duration.ofSeconds(60))).isEqualTo("60 s");
        assertThat(TimedCancellation.text(Duration.ofMillis(1500))).isEqualTo("1500 ms");
    }
}
