package io.codeb.examples.demo;

import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.model.BackupId;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Times backups, verifications and restores beside pipelines of programs that do the same, in turns, and prints the
 * medians.
 *
 * <p>What it works on is in the environment; {@code dev/bench} sets that up.
 */
public final class Benchmark {
    private final CodeB codeb;
    private final Settings settings;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final List<Double> backups = new ArrayList<>();
    private final List<Double> verifications = new ArrayList<>();
    private final List<Double> restores = new ArrayList<>();
    private final List<Double> dumps = new ArrayList<>();
    private final List<Double> loads = new ArrayList<>();

    private Benchmark(CodeB codeb, Settings settings, Map<String, String> environment, PrintStream out) {
        this.codeb = codeb;
        this.settings = settings;
        this.environment = environment;
        this.out = out;
    }

    /**
     * Runs the benchmark.
     *
     * @param args how many rounds
     */
    public static void main(String[] args) {
        try {
            Map<String, String> environment = System.getenv();
            Settings settings = Settings.from(environment);
            try (CodeB codeb = CodeB.builder()
                    .repository(settings.repository())
                    .project(settings.source())
                    .project(settings.copy())
                    .build()) {
                new Benchmark(codeb, settings, environment, System.out).run(Integer.parseInt(args[0]));
            }
        } catch (CodeBException e) {
            System.err.println("bench: " + e.getMessage() + (e.hint().isEmpty() ? "" : "\nbench: " + e.hint()));
            System.exit(e.code().exitStatus());
        }
    }

    private void run(int rounds) {
        long bytes = 0;
        for (int round = 1; round <= rounds; round++) {
            List<BackupId> made = new ArrayList<>();
            dumps.add(seconds(() -> pipeline("CODEB_BENCH_DUMP")));
            backups.add(seconds(
                    () -> made.add(codeb.backups().run(settings.source().name()).id())));
            BackupId id = made.get(0);
            bytes = codeb.catalog().read(id).entries().get(0).rawSize();
            verifications.add(seconds(() -> codeb.catalog().verify(id)));
            pipeline("CODEB_BENCH_PREPARE");
            loads.add(seconds(() -> pipeline("CODEB_BENCH_LOAD")));
            restores.add(seconds(() -> codeb.restores()
                    .run(RestoreRequest.of(id).onProject(settings.copy().name()).replacing())));
            codeb.catalog().delete(id);
            out.printf(
                    Locale.ROOT,
                    "round %d: dump %.2f, backup %.2f, verify %.2f, load %.2f, restore %.2f s%n",
                    round,
                    last(dumps),
                    last(backups),
                    last(verifications),
                    last(loads),
                    last(restores));
        }
        report(rounds, bytes);
    }

    private void report(int rounds, long bytes) {
        out.printf(
                Locale.ROOT,
                "%n%d MB of plain dump, medians of %d rounds; Java %s with its default flags %s, %d CPUs,"
                        + " load %.1f%n%n",
                bytes / 1_000_000,
                rounds,
                Runtime.version(),
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        line("backup", backups, dumps, "CODEB_BENCH_DUMP");
        line("restore", restores, loads, "CODEB_BENCH_LOAD");
        out.printf(Locale.ROOT, "verify  %6.2f s%n", median(verifications));
    }

    private void line(String what, List<Double> ours, List<Double> theirs, String command) {
        out.printf(
                Locale.ROOT,
                "%-7s %6.2f s, %.2f times the %.2f s of: %s%n",
                what,
                median(ours),
                median(ours) / median(theirs),
                median(theirs),
                variable(command));
    }

    private String variable(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new ConfigException("the variable " + name + " is not set", "run the benchmark with dev/bench");
        }
        return value;
    }

    private void pipeline(String command) {
        try {
            Process process = new ProcessBuilder("bash", "-o", "pipefail", "-ec", variable(command))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            int status = process.waitFor();
            if (status != 0) {
                throw new ConfigException(variable(command) + " ended with " + status, "look at what it says");
            }
        } catch (IOException e) {
            throw new ConfigException("bash cannot be started: " + e.getMessage(), "install it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException("interrupted", "");
        }
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) / 1000.0;
    }

    private static double last(List<Double> times) {
        return times.get(times.size() - 1);
    }

    private static double median(List<Double> times) {
        List<Double> sorted = times.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }
}
