package io.codeb.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.internal.service.StageBytes.Told;
import org.junit.jupiter.api.Test;

class StageBytesTest {
    private final StageBytes bytes = new StageBytes();

    private Told grew(String entry, long to) {
        bytes.grew(entry, to);
        return bytes.told();
    }

    @Test
    void allEntriesCountTogether() {
        bytes.expect(100);
        assertThat(grew("a", 10)).isEqualTo(new Told(10, 100));
        assertThat(grew("b", 5)).isEqualTo(new Told(15, 100));
        assertThat(grew("a", 30)).isEqualTo(new Told(35, 100));
        assertThat(grew("b", 70)).isEqualTo(new Told(100, 100));
    }

    @Test
    void anEntryThatIsReadAgainCountsOnce() {
        bytes.expect(100);
        assertThat(grew("a", 80)).isEqualTo(new Told(80, 100));
        assertThat(grew("a", 3)).isEqualTo(new Told(80, 100));
        assertThat(grew("a", 81)).isEqualTo(new Told(81, 100));
    }

    @Test
    void nobodyKnowsATotalThatWasPassed() {
        assertThat(grew("a", 1)).isEqualTo(new Told(1, StageBytes.UNKNOWN));
        bytes.expect(10);
        assertThat(grew("a", 11)).isEqualTo(new Told(11, StageBytes.UNKNOWN));
    }

    @Test
    void whatIsBegunAgainBeginsAtNothing() {
        bytes.expect(10);
        bytes.grew("a", 7);
        bytes.startOver();
        assertThat(grew("b", 2)).isEqualTo(new Told(2, 10));
    }
}
