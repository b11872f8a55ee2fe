package io.codeb.benchmarks;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Several ways to do the same with the same bytes, in turns: a round that does not count, then those that do.
 */
final class Contest {
    private static final double MEBIBYTE = 1 << 20;
    private static final double SECOND = 1e9;

    private final String title;
    private final long bytes;
    private final PrintStream out;
    private final LongSupplier clock;
    private final List<Entrant> entrants = new ArrayList<>();

    private record Entrant(String name, boolean rival, Runnable work, Runnable tidying, List<Double> seconds) {
        double median() {
            List<Double> sorted = seconds.stream().sorted().toList();
            return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
        }
    }

    Contest(String title, long bytes, PrintStream out) {
        this(title, bytes, out, System::nanoTime);
    }

    /** With a clock of the caller's, in nanoseconds. */
    Contest(String title, long bytes, PrintStream out, LongSupplier clock) {
        this.title = title;
        this.bytes = bytes;
        this.out = out;
        this.clock = clock;
    }

    /**
     * Adds a way of CodeB's.
     *
     * @param name what the table calls it
     * @param work what is timed
     * @param tidying checks what the work made, and removes it; not timed
     */
    void enter(String name, Runnable work, Runnable tidying) {
        entrants.add(new Entrant(name, false, work, tidying, new ArrayList<>()));
    }

    /**
     * Adds what CodeB is compared with.
     *
     * @param command what the table calls it
     * @param work runs the command
     * @param tidying as above
     */
    void enterRival(String command, Runnable work, Runnable tidying) {
        entrants.add(new Entrant("`" + command + "`", true, work, tidying, new ArrayList<>()));
    }

    /** Runs the rounds and prints each, then the table. */
    void run(int rounds) {
        out.printf(Locale.ROOT, "%n%s: %d MiB, %d rounds and one before them%n", title, bytes >> 20, rounds);
        for (int round = 0; round <= rounds; round++) {
            StringBuilder line = new StringBuilder(round == 0 ? "warm-up:" : "round " + round + ":");
            for (Entrant entrant : entrants) {
                double seconds = time(entrant);
                if (round > 0) {
                    entrant.seconds().add(seconds);
                }
                line.append(String.format(Locale.ROOT, " %.2f", seconds));
            }
            out.println(line.append(" s"));
        }
        report();
    }

    private double time(Entrant entrant) {
        long start = clock.getAsLong();
        entrant.work().run();
        double seconds = (clock.getAsLong() - start) / SECOND;
        entrant.tidying().run();
        return seconds;
    }

    private void report() {
        double best =
                entrants.stream().skip(1).mapToDouble(Entrant::median).min().orElse(Double.NaN);
        out.printf(
                Locale.ROOT,
                "%nJava %s, its flags %s, %d CPUs, load %.1f%n%n",
                Runtime.version(),
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        out.printf("| %s | median | min | max | MiB/s | speed beside the best of the others |%n", title);
        out.println("| --- | --- | --- | --- | --- | --- |");
        for (Entrant entrant : entrants) {
            double median = entrant.median();
            out.printf(
                    Locale.ROOT,
                    "| %s | %.2f s | %.2f s | %.2f s | %.0f | %.2f |%n",
                    entrant.name().replace("|", "\\|"),
                    median,
                    Collections.min(entrant.seconds()),
                    Collections.max(entrant.seconds()),
                    bytes / MEBIBYTE / median,
                    best / median);
        }
    }
}
