package io.codeb.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A slice of what {@code dev/faults} does. */
@Timeout(900)
class FaultsIT {
    private static final int FAULTS = 60;

    @TempDir
    Path directory;

    @Test
    void whateverStrikesNothingIsHalfDoneOrLeft() {
        ConcurrentLinkedQueue<Verdict> wrong = new ConcurrentLinkedQueue<>();
        List<Long> seeds = LongStream.rangeClosed(1, FAULTS).boxed().toList();
        // A lane each, since other tests keep the machine at work, and each lane has its first runs without a fault.
        Tally tally = new Campaign(directory, EnumSet.allOf(Place.class), 1)
                .run(seeds, System.nanoTime() + Duration.ofMinutes(14).toNanos(), verdict -> {
                    if (!verdict.ok()) {
                        wrong.add(verdict);
                    }
                });
        assertThat(wrong).isEmpty();
        assertThat(tally.faults()).isEqualTo(FAULTS);
        assertThat(Campaign.isAimedBadly(tally)).as("%s", tally.table()).isFalse();
    }
}
