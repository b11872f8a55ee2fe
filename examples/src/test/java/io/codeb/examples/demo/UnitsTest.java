package io.codeb.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnitsTest {
    @Test
    void bytesAreWrittenInTheLargestUnitThatFits() {
        assertThat(Units.bytes(1_023)).isEqualTo("1023 B");
        assertThat(Units.bytes(1_536)).isEqualTo("1.5 KiB");
        assertThat(Units.bytes(Long.MAX_VALUE)).isEqualTo("8388608.0 TiB");
    }

    @Test
    void oneThingIsNotSeveral() {
        assertThat(Units.count(1, "row")).isEqualTo("1 row");
        assertThat(Units.count(1_234_567, "row")).isEqualTo("1,234,567 rows");
    }

    @Test
    void aRateNeedsNoTimeToHavePassed() {
        assertThat(Units.rate(1_024, Duration.ofSeconds(2))).isEqualTo("512 B/s");
        assertThat(Units.rate(0, Duration.ZERO)).isEqualTo("0 B/s");
    }
}
