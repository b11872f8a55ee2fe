package io.codeb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {
    private static final Instant START = Instant.ofEpochSecond(1_700_000_000);

    /** Two hundred of them, a second apart: 1 ms, 2 ms, and so on. */
    private static final Latencies ALL = Latencies.of(IntStream.rangeClosed(1, 200)
            .mapToObj(n -> "0 %d %d 0 %d 250000 17".formatted(n, n * 1000, START.getEpochSecond() + n))
            .toList());

    @Test
    void oneInAHundredTookLongerThanWhatIsTold() {
        assertThat(ALL.p99()).isEqualTo(198);
    }

    @Test
    void whatEndedBetweenTwoMomentsCountsAlone() {
        assertThat(ALL.between(START, START.plusSeconds(100).plusMillis(250)).transactions())
                .hasSize(99);
        assertThat(ALL.between(START, START.plusSeconds(101)).p99()).isEqualTo(99);
    }

    @Test
    void howFarTheyReachIsKnown() {
        assertThat(ALL.reach(START.plusSeconds(200))).isTrue();
        assertThat(ALL.reach(START.plusSeconds(201))).isFalse();
    }

    @Test
    void tooFewTellNothing() {
        assertThatThrownBy(() -> ALL.between(START, START.plusSeconds(50)).p99())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("49 transactions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0 1 2 0 3", "0 1 skipped 0 1700000000 1", "0 1 2 0 x 1"})
    void whatIsNoLineOfALogIsAnError(String line) {
        assertThatThrownBy(() -> Latencies.of(List.of(line)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'" + line + "'");
    }
}
