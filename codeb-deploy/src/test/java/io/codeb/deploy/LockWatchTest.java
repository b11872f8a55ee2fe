package io.codeb.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a watch has said of locks is read, and nothing else is. */
class LockWatchTest {
    @Test
    void theStrongestLockAndTheTimeThatWritersWaitAreTold() {
        LockWatch.Seen seen =
                LockWatch.seen("gap|25000|0|0\nlock|17000|1|900000\nlock|17000|5|700000\nlock|17000|8|300000\n");

        assertThat(seen.precision()).isEqualTo(Duration.ofMillis(25));
        assertThat(seen.locks())
                .containsOnlyKeys(17_000L)
                .containsValue(
                        new TableLock(LockMode.ACCESS_EXCLUSIVE, Duration.ofMillis(300), Duration.ofMillis(700)));
    }

    @Test
    void aLockThatLetsOthersWriteKeepsNoneWaiting() {
        TableLock lock =
                LockWatch.seen("gap|1|0|0\nlock|17000|3|900000\n").locks().get(17_000L);

        assertThat(lock).isEqualTo(new TableLock(LockMode.ROW_EXCLUSIVE, Duration.ofMillis(900), Duration.ZERO));
        assertThat(LockMode.ROW_EXCLUSIVE.blocksWriters()).isFalse();
        assertThat(LockMode.SHARE.blocksWriters()).isTrue();
        assertThat(LockMode.SHARE.blocksReaders()).isFalse();
        assertThat(LockMode.ACCESS_EXCLUSIVE.blocksReaders()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "lock|17000|1|1", "gap|x|0|0", "gap|1|0|0\nlock|17000|9|1", "gap|1|0|0\nlock|17000|0|1", "?"
            })
    void whatIsNotUnderstoodIsNoAnswer(String said) {
        assertThatThrownBy(() -> LockWatch.seen(said)).isInstanceOf(CodeBException.class);
    }
}
