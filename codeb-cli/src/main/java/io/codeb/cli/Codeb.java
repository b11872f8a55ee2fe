package io.codeb.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "codeb",
        description = "Backs up and restores databases that live in containers.",
        versionProvider = Version.class,
        subcommands = {
            DbCommands.class,
            BackupsCommands.class,
            DrillCommand.class,
            StatusCommand.class,
            ScheduleCommands.class,
            AlertsCommands.class,
            ApplicationCommands.Deploy.class,
            ApplicationCommands.Releases.class,
            RollbackCommand.class,
            StagingCommand.class,
            RecoverCommand.class,
            ApplicationCommands.Proxy.class,
            ServeCommand.class,
            TokensCommands.class,
            KeysCommands.class,
            ConfigCommands.class,
            StorageCommands.class,
            CompletionCommand.class
        })
final class Codeb extends Group {
    private final App app;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Shows the version and ends.")
    boolean version;

    Codeb(App app) {
        this.app = app;
    }

    App app() {
        return app;
    }
}
