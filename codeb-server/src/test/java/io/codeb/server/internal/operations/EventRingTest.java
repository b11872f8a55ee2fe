package io.codeb.server.internal.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventRingTest {
    private final EventRing ring = new EventRing();

    private List<Long> after(long number) {
        List<Long> seen = new ArrayList<>();
        long last = number;
        for (Optional<EventRing.Numbered> next = ring.after(last); next.isPresent(); next = ring.after(last)) {
            last = next.get().number();
            seen.add(last);
        }
        return seen;
    }

    @Test
    void whoHasSeenSomeGetsTheOthers() {
        ring.add("state", Map.of("a", 1), false);
        ring.add("stage", Map.of(), false);

        assertThat(after(0)).containsExactly(1L, 2L);
        assertThat(after(1)).containsExactly(2L);
        assertThat(ring.after(0)).hasValueSatisfying(event -> assertThat(event.text())
                .isEqualTo("id: 1\nevent: state\ndata: {\"a\":1}\n\n"));
        assertThat(ring.endsAt(2)).isFalse();
    }

    @Test
    void whoIsSlowMissesTheOldestAndNeverTheEnd() {
        for (int i = 0; i < 1_000; i++) {
            ring.add("progress", Map.of(), false);
        }
        ring.add("end", Map.of(), true);
        ring.add("late", Map.of(), false);

        assertThat(after(3)).hasSize(EventRing.KEPT).endsWith(1_001L);
        assertThat(ring.endsAt(1_000)).isFalse();
        assertThat(ring.endsAt(1_001)).isTrue();
        assertThat(ring.endsAt(5_000)).isTrue();
    }

    @Test
    void whoFollowsIsWokenUntilHeDoesNotAnyMore() {
        AtomicInteger woken = new AtomicInteger();
        Runnable waking = woken::incrementAndGet;
        ring.follow(waking);
        ring.add("state", Map.of(), false);
        ring.unfollow(waking);
        ring.add("state", Map.of(), false);

        assertThat(woken).hasValue(1);
    }
}
