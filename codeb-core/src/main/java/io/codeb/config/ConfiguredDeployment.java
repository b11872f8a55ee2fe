package io.codeb.config;

import io.codeb.model.Secret;
import io.codeb.spi.runtime.RuntimeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How the application of a project is deployed, as a configuration has it. codeb-deploy makes an application of it.
 *
 * @param port where the application listens in its container
 * @param route the file that says which version the requests go to
 * @param runtime what its containers run on; empty for the runtime of the database
 * @param containerfile where among the commit's files the instructions are; empty for {@code Containerfile}
 * @param git the Git repository that it is built of: an {@code https://} or {@code ssh://} URL, or an absolute
 *     directory; empty where only whoever deploys says it
 * @param gitToken what a Git server is shown over HTTPS; empty for nothing
 * @param gitKey how to log in to a Git server over SSH; empty where nobody does
 * @param buildSecrets secrets of the build, by their ids
 * @param network of the containers; empty for the runtime's default
 * @param environment variables of the containers
 * @param secrets variables of the containers that are secret
 * @param memory how many MiB a container may have; empty for any
 * @param health the path that says that it is well; empty where it is enough that it takes connections
 * @param within how long a version may take to get well; empty for the usual time
 * @param drain how long the old version runs on; empty for the usual time
 * @param keep of how many releases the images stay; empty for the usual number
 * @param migration what brings the database to the new version
 */
public record ConfiguredDeployment(
        int port,
        Path route,
        Optional<RuntimeConfig> runtime,
        Optional<String> containerfile,
        Optional<String> git,
        Optional<Secret> gitToken,
        Optional<GitKey> gitKey,
        Map<String, Secret> buildSecrets,
        Optional<String> network,
        Map<String, String> environment,
        Map<String, Secret> secrets,
        Optional<Integer> memory,
        Optional<String> health,
        Optional<Duration> within,
        Optional<Duration> drain,
        Optional<Integer> keep,
        ConfiguredMigration migration) {
    /** Copies the maps. */
    public ConfiguredDeployment {
        Objects.requireNonNull(route, "route");
        Objects.requireNonNull(runtime, "runtime");
        Objects.requireNonNull(containerfile, "containerfile");
        Objects.requireNonNull(git, "git");
        Objects.requireNonNull(gitToken, "gitToken");
        Objects.requireNonNull(gitKey, "gitKey");
        buildSecrets = Map.copyOf(buildSecrets);
        Objects.requireNonNull(network, "network");
        environment = Map.copyOf(environment);
        secrets = Map.copyOf(secrets);
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(health, "health");
        Objects.requireNonNull(within, "within");
        Objects.requireNonNull(drain, "drain");
        Objects.requireNonNull(keep, "keep");
        Objects.requireNonNull(migration, "migration");
    }

    /**
     * How to log in to a Git server over SSH.
     *
     * @param privateKey the text of a private key without a passphrase
     * @param knownHosts a {@code known_hosts} file; a host that is not in it is refused
     */
    public record GitKey(Secret privateKey, Path knownHosts) {
        /** Takes no null. */
        public GitKey {
            Objects.requireNonNull(privateKey, "privateKey");
            Objects.requireNonNull(knownHosts, "knownHosts");
        }
    }

    /** What brings a database to a new version. */
    public sealed interface ConfiguredMigration {
        /** Nothing does. */
        record None() implements ConfiguredMigration {}

        /** The application does it itself when it starts. */
        record Itself() implements ConfiguredMigration {}

        /**
         * Files of SQL.
         *
         * @param directory where they are
         */
        record Sql(Path directory) implements ConfiguredMigration {}

        /**
         * A tool in the container of the new version.
         *
         * @param tool which
         * @param words the program and its arguments
         */
        record Tool(Kind tool, List<String> words) implements ConfiguredMigration {
            /** The tools that are known, and any other command. */
            public enum Kind {
                PRISMA,
                FLYWAY,
                LIQUIBASE,
                COMMAND
            }

            /** Copies the list. */
            public Tool {
                Objects.requireNonNull(tool, "tool");
                words = List.copyOf(words);
            }
        }
    }
}
