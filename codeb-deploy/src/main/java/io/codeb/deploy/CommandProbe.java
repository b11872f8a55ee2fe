package io.codeb.deploy;

import io.codeb.error.ErrorCode;
import java.util.Objects;

/** Runs a command. */
record CommandProbe(DeployCommand command) implements Probe {
    CommandProbe {
        Objects.requireNonNull(command, "command");
    }

    @Override
    public String name() {
        return "command " + command;
    }

    @Override
    public void run(DeployTarget target) {
        DeployCommand.Ended unused = command.requireDone(target, ErrorCode.PROBE_FAILED);
    }
}
