package io.codeb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.event.Event;
import io.codeb.event.Operation;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static final Event.Run RUN = new Event.Run("1", Operation.BACKUP, "main", "shop", "app", null);
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private ProgressLine line(boolean terminal, int columns) {
        PrintStream out = new PrintStream(err, true, StandardCharsets.UTF_8);
        Terminal on = new Terminal(
                InputStream.nullInputStream(),
                out,
                out,
                false,
                false,
                terminal,
                columns,
                Locale.ENGLISH,
                ZoneOffset.UTC);
        return new ProgressLine(on, new Words(Locale.ENGLISH, ZoneOffset.UTC), false);
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static Event stage(String name) {
        return new Event.Stage(RUN, START, name);
    }

    private static Event progress(long second, long megabytes, long of) {
        long all = of < 0 ? -1 : of * 1_000_000;
        // Of the last of several entries, the most has come by now.
        return new Event.Progress(
                RUN, START.plusSeconds(second), "data/00002.sql", 3, 0, 4, 0, megabytes * 1_000_000, all);
    }

    @Test
    void aTerminalHasOneLineWithRateAndTimeLeft() {
        ProgressLine line = line(true, 80);

        line.on(stage("dump"));
        line.on(progress(0, 0, 100));
        line.on(progress(10, 25, 100));

        assertThat(said())
                .doesNotContain("\n")
                .endsWith("\rshop: dump [#####...............] 25 %  25 MB  2.5 MB/s  0:30 left");
        line.end();
        assertThat(said()).endsWith(" \r");
    }

    @Test
    void elsewhereItIsALineAStageAndOneEachTenSeconds() {
        ProgressLine line = line(false, 80);

        line.on(stage("dump"));
        for (int second = 0; second <= 25; second++) {
            line.on(progress(second, second, -1));
        }
        line.on(stage("commit"));
        line.end();

        assertThat(said().lines()).hasSize(4).first().isEqualTo("shop: dump");
        assertThat(said()).doesNotContain("\r").contains("shop: dump  20 MB  1.0 MB/s");
    }

    @Test
    void aTerminalOfTwentyColumnsIsEnough() {
        ProgressLine line = line(true, 20);

        line.on(stage("dump"));
        line.on(progress(0, 0, 100));
        line.on(progress(10, 25, 100));

        assertThat(said().split("\r", -1)).allMatch(drawn -> Columns.width(drawn) < 20);
    }

    @Test
    void whatComesAfterTheEndIsNotSaid() {
        ProgressLine line = line(false, 80);

        line.end();
        line.on(stage("dump"));

        assertThat(said()).isEmpty();
    }
}
