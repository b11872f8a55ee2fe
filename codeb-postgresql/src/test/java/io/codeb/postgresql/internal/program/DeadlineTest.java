package io.codeb.postgresql.internal.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Deadline deadline = new Deadline(new Limit(Duration.ofSeconds(8)), now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void whatOneAttemptTakesIsGoneForTheNext() {
        pass(Duration.ofSeconds(5));
        assertThat(deadline.left()).isEqualTo(new Limit(Duration.ofSeconds(3)));
        assertThat(deadline.isOver()).isFalse();

        pass(Duration.ofSeconds(3));
        assertThat(deadline.isOver()).isTrue();
    }

    @Test
    void whatIsTriedBehindItFailsAtOnceInsteadOfTakingAllTheTimeInTheWorld() {
        pass(Duration.ofSeconds(9));

        assertThat(deadline.left()).isEqualTo(new Limit(Duration.ofMillis(1)));
        assertThat(deadline.isOver()).isTrue();
    }

    @Test
    void whatTakesAsLongAsItTakesHasNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Deadline(Limit.NONE));
    }
}
