package io.codeb.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command takes. */
final class Common {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration. Without it $CODEB_CONFIG, then codeb.json here, then in"
                    + " ~/.config/codeb, then in /etc/codeb.")
    @Nullable
    Path config;

    @Option(names = "--json", description = "Answers one JSON value, errors too.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Says nothing but what was asked for, and errors.")
    boolean quiet;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this and ends.")
    boolean help;

    static List<String> standardNames() {
        return List.of("--config", "--json", "--quiet", "--help");
    }
}
