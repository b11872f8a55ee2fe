package io.codeb.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.event.Event;
import io.codeb.event.Operation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final Event.Run BACKUP = new Event.Run("1", Operation.BACKUP, "default", "shop", "shop", null);

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void aTerminalSeesOneLineThatIsWrittenOverAndIsGoneAtTheEnd() {
        ProgressLine line = new ProgressLine(out, true);
        line.begin(Operation.BACKUP, "dumped");
        line.on(new Event.Started(BACKUP, START));
        line.on(progress(500, 2 << 20, -1, 1_234));
        line.on(progress(1_000, 3 << 20, -1, 0));
        line.end();

        String wide = "  dumped  2.0 MiB, 1,234 rows, 4.0 MiB/s";
        String narrow = "  dumped  3.0 MiB, 3.0 MiB/s";
        assertThat(written.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r" + wide + "\r" + narrow + " ".repeat(wide.length() - narrow.length()) + "\r"
                        + " ".repeat(narrow.length()) + "\r");
    }

    @Test
    void aFileGetsALineEachSecond() {
        ProgressLine line = new ProgressLine(out, false);
        line.begin(Operation.BACKUP, "dumped");
        line.on(new Event.Started(BACKUP, START));
        for (int millis = 250; millis <= 2_250; millis += 250) {
            line.on(progress(millis, 1024, -1, 0));
        }
        line.end();

        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("  dumped  1.0 KiB, 1.0 KiB/s", "  dumped  1.0 KiB, 512 B/s");
    }

    @Test
    void aKnownTotalIsShownAsAShare() {
        Event.Run verify = new Event.Run("2", Operation.VERIFY, "default", "shop", null, null);
        ProgressLine line = new ProgressLine(out, false);
        line.begin(Operation.VERIFY, "read");
        line.on(new Event.Started(verify, START));
        line.on(new Event.Progress(verify, START.plusMillis(1_000), "dump.sql", 1024, -1, 4096, 0, 1024, 4096));

        assertThat(written.toString(StandardCharsets.UTF_8)).startsWith("  read  25 %, 1.0 KiB");
    }

    @Test
    void theTotalOfABackupIsCalledAnEstimate() {
        ProgressLine line = new ProgressLine(out, false);
        line.begin(Operation.BACKUP, "dumped");
        line.on(new Event.Started(BACKUP, START));
        line.on(progress(1_000, 1024, 4096, 0));

        assertThat(written.toString(StandardCharsets.UTF_8)).startsWith("  dumped  about 25 %, 1.0 KiB");
    }

    @Test
    void anEventThatComesTooLateIsPassedOver() {
        ProgressLine line = new ProgressLine(out, true);
        line.begin(Operation.BACKUP, "dumped");
        line.end();
        line.on(progress(5_000, 1024, -1, 0));
        line.begin(Operation.RESTORE, "loaded");
        line.on(progress(6_000, 1024, -1, 0));
        line.end();

        assertThat(written.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    private static Event progress(long millis, long bytes, long total, long rows) {
        return new Event.Progress(BACKUP, START.plusMillis(millis), "dump.sql", bytes, -1, total, rows, bytes, total);
    }
}
