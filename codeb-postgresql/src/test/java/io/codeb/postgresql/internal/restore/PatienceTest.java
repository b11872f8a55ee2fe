package io.codeb.postgresql.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server that may be coming back is asked again, as long as it takes servers to come back. */
class PatienceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** When each attempt was made. */
    private final List<Long> attempts = new ArrayList<>();

    private long now = -3 * SECOND;

    private static EngineException failure(ErrorCode code) {
        return new EngineException(code, "no", "");
    }

    private String attempt(EngineException failure, int failing) {
        attempts.add(now);
        if (attempts.size() <= failing) {
            throw failure;
        }
        return "done";
    }

    private boolean aSecondPasses() {
        now += SECOND;
        return true;
    }

    private String patiently(EngineException failure, int failing) {
        return Patience.with(() -> attempt(failure, failing), () -> now, this::aSecondPasses);
    }

    @Test
    void whatIsDoneAtOnceIsDoneOnce() {
        assertThat(patiently(failure(ErrorCode.SERVER_UNREACHABLE), 0)).isEqualTo("done");
        assertThat(attempts).hasSize(1);
    }

    @Test
    void aServerThatComesBackInAMinuteAndAHalfIsWaitedFor() {
        assertThat(patiently(failure(ErrorCode.SERVER_UNREACHABLE), 90)).isEqualTo("done");
        assertThat(attempts).hasSize(91);
    }

    @Test
    void oneThatStaysAwayIsNotWaitedForLonger() {
        EngineException away = failure(ErrorCode.CONTAINER_NOT_RUNNING);
        long begun = now;

        assertThatThrownBy(() -> patiently(away, Integer.MAX_VALUE)).isSameAs(away);

        assertThat(now - begun).isEqualTo(90 * SECOND);
        assertThat(attempts).hasSize(91);
    }

    /** A first attempt may take as long as it likes: the time counts from its failure on. */
    @Test
    void whatTheFirstAttemptTookIsNoPatience() {
        assertThat(Patience.<String>with(
                        () -> {
                            now += attempts.isEmpty() ? 1_000 * SECOND : 0;
                            return attempt(failure(ErrorCode.EXEC_LOST), 2);
                        },
                        () -> now,
                        this::aSecondPasses))
                .isEqualTo("done");
    }

    @Test
    void whatTimeDoesNotHelpIsToldAtOnce() {
        EngineException denied = failure(ErrorCode.PERMISSION_DENIED);

        assertThatThrownBy(() -> patiently(denied, 1)).isSameAs(denied);

        assertThat(attempts).hasSize(1);
    }

    @Test
    void whoIsInterruptedTriesNoMoreAndStaysInterrupted() {
        EngineException away = failure(ErrorCode.SERVER_UNREACHABLE);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Patience.with(() -> attempt(away, Integer.MAX_VALUE)))
                .isSameAs(away);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(attempts).hasSize(1);
    }
}
