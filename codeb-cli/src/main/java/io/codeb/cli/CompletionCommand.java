package io.codeb.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Prints what lets bash and zsh complete commands: source <(codeb completion)")
final class CompletionCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this and ends.")
    boolean help;

    @Override
    public void run() {
        spec.commandLine().getOut().print(AutoComplete.bash("codeb", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
    }
}
