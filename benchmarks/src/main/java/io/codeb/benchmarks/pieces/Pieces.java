package io.codeb.benchmarks.pieces;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks of the pieces, each in JVMs of its own with default flags, and prints a table. */
public final class Pieces {
    private static final double MEGABYTE = 1e6;
    private static final int ITERATIONS = 5;

    private Pieces() {}

    /**
     * Runs them.
     *
     * @param args a regular expression that has to be in a benchmark's name, how many JVMs each of them gets, and how
     *     many seconds each of five iterations takes in each, before the measurement and in it
     * @throws RunnerException when one of them fails
     */
    public static void main(String[] args) throws RunnerException {
        System.out.print(
                table(new Runner(options(args[0], Integer.parseInt(args[1]), ITERATIONS, TimeValue.fromString(args[2])))
                        .run()));
    }

    static Options options(String only, int forks, int iterations, TimeValue time) {
        return new OptionsBuilder()
                .include("io\\.codeb\\..*" + only)
                .forks(forks)
                .warmupIterations(iterations)
                .warmupTime(time)
                .measurementIterations(iterations)
                .measurementTime(time)
                .timeUnit(TimeUnit.SECONDS)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
    }

    static String table(Collection<RunResult> results) {
        StringBuilder table = new StringBuilder("| piece | MB/s | ± |\n| --- | --- | --- |\n");
        for (RunResult result : results) {
            Result<?> bytes =
                    Objects.requireNonNull(result.getSecondaryResults().get("bytes"), "what has passed");
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f |%n",
                    name(result),
                    bytes.getScore() / MEGABYTE,
                    bytes.getScoreError() / MEGABYTE));
        }
        return table.toString();
    }

    private static String name(RunResult result) {
        List<String> parts = List.of(result.getParams().getBenchmark().split("\\."));
        String piece = parts.get(parts.size() - 2).replace("Benchmark", "") + '.' + parts.get(parts.size() - 1);
        String parameters = result.getParams().getParamsKeys().stream()
                .map(key -> result.getParams().getParam(key))
                .collect(Collectors.joining(", "));
        return parameters.isEmpty() ? piece : piece + " (" + parameters + ")";
    }
}
