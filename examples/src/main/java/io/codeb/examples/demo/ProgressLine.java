package io.codeb.examples.demo;

import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.event.RunListener;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a run is: on a terminal one line that is written over, elsewhere a line each second. Events come on
 * another thread than the demo's, and may come late: what belongs to no step that is shown is passed over.
 */
final class ProgressLine implements RunListener {
    private static final Duration PLAIN_PERIOD = Duration.ofSeconds(1);

    private final PrintStream out;
    private final boolean terminal;
    private @Nullable Operation shown;
    private String title = "";
    private Instant startedAt = Instant.EPOCH;
    private Instant printedAt = Instant.EPOCH;
    private int width;

    ProgressLine(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Shows the runs of one kind from here on. */
    synchronized void begin(Operation operation, String what) {
        shown = operation;
        title = what;
        width = 0;
    }

    /** Shows nothing from here on, and leaves the cursor at the beginning of an empty line. */
    synchronized void end() {
        shown = null;
        if (width > 0) {
            out.print("\r" + " ".repeat(width) + "\r");
            out.flush();
        }
    }

    @Override
    public synchronized void on(Event event) {
        if (event.run().operation() != shown) {
            return;
        }
        if (event instanceof Event.Started) {
            startedAt = event.at();
            printedAt = event.at();
        } else if (event instanceof Event.Progress progress) {
            print(progress);
        }
    }

    private void print(Event.Progress progress) {
        String line = "  " + title + "  " + describe(progress);
        if (terminal) {
            out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            out.flush();
            width = line.length();
        } else if (Duration.between(printedAt, progress.at()).compareTo(PLAIN_PERIOD) >= 0) {
            out.println(line);
            printedAt = progress.at();
        }
    }

    private String describe(Event.Progress progress) {
        StringBuilder text = new StringBuilder();
        if (progress.allBytes() > 0) {
            // How large a dump will be is an estimate, and never 100 % right.
            text.append(progress.run().operation() == Operation.BACKUP ? "about " : "")
                    .append(progress.doneBytes() * 100 / progress.allBytes())
                    .append(" %, ");
        }
        text.append(Units.bytes(progress.doneBytes()));
        if (progress.rows() > 0) {
            text.append(", ").append(Units.count(progress.rows(), "row"));
        }
        return text.append(", ")
                .append(Units.rate(progress.doneBytes(), Duration.between(startedAt, progress.at())))
                .toString();
    }
}
