package io.codeb.postgresql.internal.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.Cancellation;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A program is ended only for what it does not do itself. */
class IdleWatchTest {
    private static final Duration LIMIT = Duration.ofHours(1);

    private final AtomicLong now = new AtomicLong();
    private final Cancellation outer = new Cancellation();
    private final IdleWatch idle = new IdleWatch(LIMIT, outer, now::get);

    @AfterEach
    void close() {
        idle.close();
    }

    private boolean endedAfterThat() {
        now.addAndGet(LIMIT.toNanos());
        idle.look();
        return idle.isOver();
    }

    @Test
    void whoIsAwaitedAndMovesNothingIsEnded() {
        idle.awaited(true);

        assertThat(endedAfterThat()).isTrue();
        assertThat(idle.cancellation().reason()).contains("it moved no byte for 3600 s");
    }

    @Test
    void whoWaitsForItsInputIsNot() {
        idle.awaited(true);
        idle.starved(true);
        assertThat(endedAfterThat()).isFalse();

        idle.starved(false);
        idle.look();
        assertThat(idle.isOver()).isFalse();
        assertThat(endedAfterThat()).isTrue();
    }

    @Test
    void whoseOutputNobodyTakesIsNot() {
        assertThat(endedAfterThat()).isFalse();
    }

    @Test
    void whoeverMovesIsNot() {
        idle.awaited(true);
        now.addAndGet(LIMIT.toNanos() - 1);
        idle.awaited(false);
        idle.awaited(true);
        now.addAndGet(LIMIT.toNanos() - 1);
        idle.look();

        assertThat(idle.isOver()).isFalse();
    }

    @Test
    void whoIsCancelledEndsForThatReason() {
        outer.cancel("not today");

        assertThat(endedAfterThat()).isFalse();
        assertThat(idle.cancellation().reason()).contains("not today");
    }
}
