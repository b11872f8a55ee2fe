package io.codeb.deploy;

import io.codeb.config.ConfiguredDeployment;
import io.codeb.config.ConfiguredProject;
import io.codeb.config.ConfiguredStaging;
import io.codeb.error.ConfigException;
import io.codeb.spi.runtime.RuntimeConfig;

/** A test of a staging system, which is told by the words that somebody has written. */
record StagingProbe(String name, Probe probe) implements Probe {
    static Probe of(ConfiguredStaging.Test test, ConfiguredProject staging) {
        if (test instanceof ConfiguredStaging.Test.Sql sql) {
            return Probe.sql(sql.statement());
        }
        ConfiguredStaging.Test.Command command = (ConfiguredStaging.Test.Command) test;
        DeployCommand shell = command.container()
                .map(container -> DeployCommand.in(container, "sh", "-c", command.script())
                        .of(runtime(command, container, staging)))
                .orElseGet(() -> DeployCommand.onHost("sh", "-c", command.script()));
        return new StagingProbe(command.script(), Probe.command(shell));
    }

    private static RuntimeConfig runtime(
            ConfiguredStaging.Test.Command command, String container, ConfiguredProject staging) {
        RuntimeConfig runtime = command.runtime()
                .or(() -> staging.deployment().flatMap(ConfiguredDeployment::runtime))
                .orElse(staging.project().runtime());
        if (runtime.id().equals("host")) {
            throw new ConfigException(
                    "this host has no container " + container, "name the container's runtime, or leave it out");
        }
        return runtime;
    }

    @Override
    public void run(DeployTarget target) {
        probe.run(target);
    }
}
