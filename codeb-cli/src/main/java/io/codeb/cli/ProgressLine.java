package io.codeb.cli;

import io.codeb.event.Event;
import io.codeb.event.RunListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a run goes on: in a line of the terminal that is written over, or in plain lines, a stage at a time and
 * every ten seconds. Events come one at a time; {@link #end()} waits for none.
 */
final class ProgressLine implements RunListener {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
    private static final Duration BETWEEN_DRAWINGS = Duration.ofMillis(100);
    private static final int BAR = 20;

    private final Terminal terminal;
    private final Words words;
    private final boolean drawn;
    private String stage = "";
    private @Nullable Instant since;
    private @Nullable Instant shown;
    private int columnsUsed;
    private boolean ended;

    /** {@code dumb}: whether the terminal cannot go back to the beginning of a line. */
    ProgressLine(Terminal terminal, Words words, boolean dumb) {
        this.terminal = terminal;
        this.words = words;
        this.drawn = terminal.errIsTerminal() && !dumb;
    }

    @Override
    public synchronized void on(Event event) {
        if (ended) {
            return;
        }
        if (event instanceof Event.Stage at) {
            stage = at.name();
            since = null;
            shown = null;
            show(at.run().project() + ": " + stage, at.at(), true);
        } else if (event instanceof Event.Progress progress) {
            if (since == null) {
                since = progress.at();
            }
            show(text(progress, since), progress.at(), false);
        }
    }

    private String text(Event.Progress progress, Instant start) {
        double seconds = Duration.between(start, progress.at()).toMillis() / 1_000.0;
        double rate = seconds > 0 ? progress.doneBytes() / seconds : 0;
        StringBuilder text = new StringBuilder(progress.run().project() + ": " + stage);
        long total = progress.allBytes();
        if (total > 0) {
            int percent = (int) Math.min(100, 100 * ((double) progress.doneBytes() / total));
            if (drawn) {
                int full = percent * BAR / 100;
                text.append(" [")
                        .append("#".repeat(full))
                        .append(".".repeat(BAR - full))
                        .append(']');
            }
            text.append(String.format(Locale.ROOT, " %d %%", percent));
        }
        text.append("  ").append(Words.size(progress.doneBytes()));
        if (rate > 0) {
            text.append("  ").append(Words.size((long) rate)).append("/s");
        }
        if (rate > 0 && total > progress.doneBytes()) {
            Duration left = Duration.ofSeconds((long) ((total - progress.doneBytes()) / rate));
            text.append("  ").append(words.say("progress.left", Words.took(left)));
        }
        return text.toString();
    }

    private void show(String text, Instant at, boolean always) {
        Duration apart = drawn ? BETWEEN_DRAWINGS : BETWEEN_LINES;
        if (!always && shown != null && Duration.between(shown, at).compareTo(apart) < 0) {
            return;
        }
        if (always || drawn || shown != null) {
            write(Columns.printable(text));
        }
        shown = at;
    }

    private void write(String text) {
        if (!drawn) {
            terminal.err().println(text);
            return;
        }
        String line = Columns.cut(text, terminal.columns() - 1);
        int columns = Columns.width(line);
        terminal.err().print("\r" + line + " ".repeat(Math.max(0, columnsUsed - columns)));
        terminal.err().flush();
        columnsUsed = columns;
    }

    /** Leaves an empty line for what is said next. */
    synchronized void end() {
        ended = true;
        if (columnsUsed > 0) {
            terminal.err().print("\r" + " ".repeat(columnsUsed) + "\r");
            terminal.err().flush();
            columnsUsed = 0;
        }
    }
}
