package io.codeb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ContestTest {
    private static final long SECOND = 1_000_000_000;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final AtomicLong now = new AtomicLong();
    private final List<String> done = new ArrayList<>();
    private final Contest contest =
            new Contest("upload", 600L << 20, new PrintStream(printed, true, StandardCharsets.UTF_8), now::get);

    /** Work that takes so many seconds in its rounds, one after the other. */
    private Runnable lasting(String name, long... seconds) {
        AtomicLong round = new AtomicLong();
        return () -> {
            done.add(name);
            now.addAndGet(seconds[(int) round.getAndIncrement()] * SECOND);
        };
    }

    private void tidy() {
        now.addAndGet(100 * SECOND);
    }

    private String run(int rounds) {
        contest.run(rounds);
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theyTakeTurns() {
        contest.enter("CodeB", lasting("ours", 1, 1, 1), this::tidy);
        contest.enter("rival", lasting("theirs", 1, 1, 1), this::tidy);

        run(2);

        assertThat(done).containsExactly("ours", "theirs", "ours", "theirs", "ours", "theirs");
    }

    @Test
    void theFirstRoundAndTheTidyingDoNotCount() {
        contest.enter("CodeB", lasting("ours", 60, 4, 2, 3), this::tidy);

        assertThat(run(3)).contains("| CodeB | 3.00 s | 2.00 s | 4.00 s | 200 |");
    }

    @Test
    void ofAnEvenNumberOfRoundsTheMedianIsBetweenTheTwoInTheMiddle() {
        contest.enter("CodeB", lasting("ours", 60, 1, 2, 4, 9), this::tidy);

        assertThat(run(4)).contains("| CodeB | 3.00 s | 1.00 s | 9.00 s | 200 |");
    }

    @Test
    void theSpeedIsToldBesideTheBestRival() {
        contest.enter("CodeB", lasting("ours", 60, 4), this::tidy);
        contest.enter("slower", lasting("alone", 60, 8), this::tidy);
        contest.enterRival("cat | rclone", lasting("rclone", 1, 3), this::tidy);
        contest.enterRival("cat | aws", lasting("aws", 1, 6), this::tidy);

        assertThat(run(1))
                .contains("| CodeB | 4.00 s | 4.00 s | 4.00 s | 150 | 0.75 |")
                .contains("| slower | 8.00 s | 8.00 s | 8.00 s | 75 | 0.38 |")
                .contains("| `cat \\| rclone` | 3.00 s | 3.00 s | 3.00 s | 200 | 1.00 |")
                .contains("| `cat \\| aws` | 6.00 s | 6.00 s | 6.00 s | 100 | 0.50 |");
    }
}
