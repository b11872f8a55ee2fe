package io.codeb.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a command that runs until it is told to end lets go on what it has begun. */
final class Grace {
    private static final Duration LONGEST = Duration.ofDays(7);

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long to wait for what goes on before it is cancelled; 30s without it.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Duration time;

    /** What was said, unless that is too long. */
    Duration of(Task task) {
        if (time.compareTo(LONGEST) > 0) {
            throw task.misuse("--grace is 7d at the most");
        }
        return time;
    }
}
