package io.codeb.internal.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** How often is tried and told is bounded. */
class BackoffTest {
    @Property
    void waitsGrowAndComeToAnEnd(
            @ForAll @LongRange(min = 1, max = 1_000) long first,
            @ForAll @LongRange(min = 1, max = 100_000) long most,
            @ForAll @LongRange(min = 1, max = 1_000_000) long total) {
        Backoff backoff = new Backoff(
                Duration.ofMillis(first), Duration.ofMillis(Math.max(first, most)), Duration.ofMillis(total));
        List<Duration> waits = new ArrayList<>();
        for (Optional<Duration> wait = backoff.after(1); wait.isPresent(); wait = backoff.after(waits.size() + 1)) {
            waits.add(wait.get());
            assertThat(wait.get()).isPositive().isLessThanOrEqualTo(Duration.ofMillis(Math.max(first, most)));
            if (waits.size() > 100) {
                break;
            }
        }

        if (waits.size() <= 100) {
            assertThat(waits.stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(Duration.ofMillis(total));
        }
        assertThat(waits.subList(0, waits.size() - 1)).isSorted();
        assertThat(waits.get(0)).isEqualTo(Duration.ofMillis(Math.min(first, total)));
    }

    @Property
    void inNoHourPassMoreThanMay(
            @ForAll @IntRange(min = 1, max = 10) int most,
            @ForAll @Size(max = 100) List<@IntRange(max = 2_000) Integer> gaps) {
        RateLimit limit = new RateLimit(most);
        List<Instant> passed = new ArrayList<>();
        Instant now = Instant.EPOCH;
        for (int gap : gaps) {
            now = now.plusSeconds(gap);
            Instant since = now.minus(Duration.ofHours(1));
            long lately = passed.stream().filter(at -> at.isAfter(since)).count();

            boolean pass = limit.pass(now);

            assertThat(pass).isEqualTo(lately < most);
            if (pass) {
                passed.add(now);
            }
        }
    }
}
