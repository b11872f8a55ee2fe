package io.codeb.deploy;

import io.codeb.error.ErrorCode;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import java.util.Map;
import java.util.Objects;

/**
 * A migration that is a command: whatever tool, for example in the application's container. What is applied and pending
 * nobody can say of it. Immutable and thread-safe.
 */
@CheckReturnValue
public final class CommandMigration implements Migration {
    private final DeployCommand command;

    private CommandMigration(DeployCommand command) {
        this.command = command;
    }

    /**
     * Migrates by a command, which has done so when it ends with status 0.
     *
     * @param command which, and where
     * @return the migration
     */
    public static CommandMigration of(DeployCommand command) {
        return new CommandMigration(Objects.requireNonNull(command, "command"));
    }

    @Override
    public String name() {
        return "command " + command;
    }

    @Override
    public MigrationStatus status(DeployTarget target) {
        return MigrationStatus.UNKNOWN;
    }

    @Override
    public void apply(DeployTarget target, MigrationStatus before) {
        DeployCommand.Ended unused = command.requireDone(target, ErrorCode.MIGRATION_FAILED);
    }

    /** With {@code DATABASE_URL} and the variables of PostgreSQL's own programs, {@code PGHOST} and so on. */
    @Override
    public CommandMigration rehearsedOn(RehearsalStage stage) {
        Map<String, String> place = Map.of(
                "PGHOST",
                stage.host(),
                "PGPORT",
                Integer.toString(stage.port()),
                "PGDATABASE",
                stage.database(),
                "PGUSER",
                stage.user());
        Map<String, Secret> secrets = Map.of("PGPASSWORD", stage.password(), "DATABASE_URL", stage.url("postgresql"));
        return of(stage.command(command).with(place, secrets));
    }

    @Override
    public void endRun(DeployTarget target) {
        command.endRun(target);
    }
}
