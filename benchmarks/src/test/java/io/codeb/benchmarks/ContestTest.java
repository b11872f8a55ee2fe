package io.codeb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ConfigException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class ContestTest {
    private static final long SECOND = 1_000_000_000;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final AtomicLong now = new AtomicLong();
    private final List<String> done = new ArrayList<>();
    private final Contest contest =
            new Contest("upload", new PrintStream(printed, true, StandardCharsets.UTF_8), now::get);

    /** Work that takes so many seconds in its rounds, one after the other, and as many KiB. */
    private LongSupplier lasting(String name, long... seconds) {
        AtomicLong round = new AtomicLong();
        return () -> {
            done.add(name);
            long now = seconds[(int) round.getAndIncrement()];
            this.now.addAndGet(now * SECOND);
            return now;
        };
    }

    private long slowly() {
        now.addAndGet(100 * SECOND);
        return 7;
    }

    @Test
    void theyTakeTurns() {
        contest.enter(Entrant.ours("CodeB", lasting("ours", 1, 1, 1)));
        contest.enter(Entrant.rival("rival", lasting("theirs", 1, 1, 1)));

        contest.run(1, 2);

        assertThat(done).containsExactly("ours", "theirs", "ours", "theirs", "ours", "theirs");
    }

    @Test
    void warmUpsPreparationsAndLooksDoNotCount() {
        contest.enter(Entrant.ours("CodeB", lasting("ours", 60, 4, 2, 3))
                .preparedBy(this::slowly)
                .lookedAtBy(this::slowly));

        Result result = contest.run(1, 3).get(0);

        assertThat(result.seconds()).containsExactly(4.0, 2.0, 3.0);
        assertThat(result.bytes()).isEqualTo(7);
    }

    @Test
    void memoryIsTheMostOfAllRounds() {
        contest.enter(Entrant.ours("CodeB", lasting("ours", 1, 3, 2)));

        assertThat(contest.run(0, 3).get(0).residentKib()).isEqualTo(3);
    }

    @Test
    void whoFailsIsOutAndTheOthersGoOn() {
        contest.enter(Entrant.rival("broken", () -> {
            done.add("broken");
            throw new ConfigException("it ended with 1", "");
        }));
        contest.enter(Entrant.ours("CodeB", lasting("ours", 1, 1)));

        List<Result> results = contest.run(0, 2);

        assertThat(done).containsExactly("broken", "ours", "ours");
        assertThat(results.get(0).failure()).isEqualTo("it ended with 1");
        assertThat(results.get(1).counts()).isTrue();
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("failed    broken: it ended with 1");
    }

    @Test
    void aResultThatIsNotWhatItShouldBeHasFailed() {
        contest.enter(Entrant.ours("CodeB", lasting("ours", 1)).lookedAtBy(() -> {
            throw new ConfigException("rows are missing", "");
        }));

        Result result = contest.run(0, 1).get(0);

        assertThat(result.counts()).isFalse();
        assertThat(result.seconds()).isEmpty();
    }
}
