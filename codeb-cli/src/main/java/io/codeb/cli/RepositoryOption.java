package io.codeb.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which repository is meant, for commands on backups. */
final class RepositoryOption {
    @Option(
            names = {"-r", "--repository"},
            paramLabel = "NAME",
            description = "The repository. Without it the project's own, or all of them where an id is looked for.")
    @Nullable
    String name;
}
