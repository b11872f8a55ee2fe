package io.codeb.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.model.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BandwidthTest {
    private static final long RATE = 1_000_000;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final AtomicLong paused = new AtomicLong();
    private final Cancellation cancellation = new Cancellation();

    private Bandwidth bandwidth(long rate) {
        return new Bandwidth(rate, now::get, (cancelled, time) -> {
            cancelled.throwIfCancelled();
            paused.addAndGet(time.toNanos());
            now.addAndGet(time.toNanos());
        });
    }

    @Test
    void aQuarterOfASecondsBytesPassAtOnceAndTheRestAtTheRate() {
        Bandwidth bandwidth = bandwidth(RATE);
        for (int i = 0; i < 250; i++) {
            bandwidth.take(1_000, cancellation);
        }
        assertThat(paused).hasValue(0);
        for (int i = 0; i < 1_000; i++) {
            bandwidth.take(1_000, cancellation);
        }
        assertThat(paused).hasValue(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void whatWasNotUsedIsKeptForABurstAndNoMore() {
        Bandwidth bandwidth = bandwidth(RATE);
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        bandwidth.take(250_000, cancellation);
        assertThat(paused).hasValue(0);
        bandwidth.take(500_000, cancellation);
        assertThat(paused).hasValue(TimeUnit.MILLISECONDS.toNanos(500));
    }

    @Property(tries = 200)
    void nobodyGetsMoreThanTheRateAndABurst(
            @ForAll @LongRange(min = 1_000, max = 1L << 40) long rate,
            @ForAll @Size(max = 200) List<@IntRange(max = 1 << 20) Integer> takes) {
        long begin = now.get();
        Bandwidth bandwidth = bandwidth(rate);
        long bytes = 0;
        for (int take : takes) {
            bandwidth.take(take, cancellation);
            bytes += take;
        }
        double seconds = (now.get() - begin) / 1e9;
        assertThat((double) bytes).isLessThanOrEqualTo(rate * (seconds + 0.25) + 1 + takes.size() * rate / 1e9);
    }

    @Test
    void aCancellationEndsAPauseAtOnce() throws InterruptedException {
        Bandwidth bandwidth = Bandwidth.of(RATE);
        AtomicLong ended = new AtomicLong();
        Thread paused = new Thread(() -> {
            assertThatThrownBy(() -> bandwidth.take(1L << 40, cancellation)).isInstanceOf(CancelledException.class);
            ended.set(1);
        });
        paused.start();
        cancellation.cancel("enough");
        paused.join(Duration.ofSeconds(30).toMillis());
        assertThat(ended).hasValue(1);
    }
}
