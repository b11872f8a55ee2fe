package io.codeb.cli;

import io.codeb.config.ConfiguredDeployment;
import io.codeb.config.ConfiguredDeployment.ConfiguredMigration;
import io.codeb.config.ConfiguredDeployment.GitKey;
import io.codeb.config.ConfiguredProject;
import io.codeb.deploy.Application;
import io.codeb.deploy.CommandMigration;
import io.codeb.deploy.DeployCommand;
import io.codeb.deploy.FlywayMigration;
import io.codeb.deploy.GitSource;
import io.codeb.deploy.GuardRequest;
import io.codeb.deploy.ImageRequest;
import io.codeb.deploy.LiquibaseMigration;
import io.codeb.deploy.PrismaMigration;
import io.codeb.deploy.SqlMigration;
import io.codeb.deploy.TrafficSwitch;
import io.codeb.error.ConfigException;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What the configuration says of applications, as codeb-deploy takes it. */
final class Deployments {
    private static final long MIB = 1 << 20;

    private Deployments() {}

    static ConfiguredDeployment of(ConfiguredProject project) {
        return project.deployment()
                .orElseThrow(() -> new ConfigException(
                        "the configuration does not say how " + project.name() + " is deployed",
                        "say its port and its route under 'deployment'"));
    }

    /**
     * The application of a project, each deployment of which begins with a backup.
     *
     * @param change what the command says beside it
     */
    static Application application(ConfiguredProject project, UnaryOperator<GuardRequest> change) {
        ConfiguredDeployment deployment = of(project);
        Application application = Application.of(
                        project.name(), deployment.port(), TrafficSwitch.file(deployment.route()))
                .container(spec -> container(deployment, spec))
                .guard(container -> change.apply(
                        guard(deployment, container, GuardRequest.of(project).backup())));
        if (deployment.runtime().isPresent()) {
            application = application.on(deployment.runtime().get());
        }
        if (deployment.health().isPresent()) {
            application = application.healthy(deployment.health().get());
        }
        if (deployment.within().isPresent()) {
            application = application.within(deployment.within().get());
        }
        if (deployment.drain().isPresent()) {
            application = application.ending(deployment.drain().get(), application.stop());
        }
        if (deployment.keep().isPresent()) {
            application = application.keepingImages(deployment.keep().get());
        }
        return deployment.migration() instanceof ConfiguredMigration.Itself
                ? application.migratingItself()
                : application;
    }

    private static ContainerSpec container(ConfiguredDeployment deployment, ContainerSpec plain) {
        ContainerSpec spec = plain;
        for (Map.Entry<String, String> each : deployment.environment().entrySet()) {
            spec = spec.withEnvironment(each.getKey(), each.getValue());
        }
        for (Map.Entry<String, Secret> each : deployment.secrets().entrySet()) {
            spec = spec.withSecret(each.getKey(), each.getValue());
        }
        if (deployment.network().isPresent()) {
            spec = spec.withNetwork(deployment.network().get());
        }
        return deployment.memory().isPresent()
                ? spec.withMemory(deployment.memory().get() * MIB)
                : spec;
    }

    private static GuardRequest guard(ConfiguredDeployment deployment, String container, GuardRequest request) {
        ConfiguredMigration migration = deployment.migration();
        if (migration instanceof ConfiguredMigration.Sql files) {
            return request.migrate(SqlMigration.in(files.directory()));
        }
        if (!(migration instanceof ConfiguredMigration.Tool tool)) {
            return request;
        }
        DeployCommand plain = DeployCommand.in(container, tool.words().toArray(String[]::new));
        RuntimeConfig runtime = deployment.runtime().orElse(null);
        DeployCommand command = runtime == null ? plain : plain.of(runtime);
        return request.migrate(
                switch (tool.tool()) {
                    case PRISMA -> PrismaMigration.of(command);
                    case FLYWAY -> FlywayMigration.of(command);
                    case LIQUIBASE -> LiquibaseMigration.of(command);
                    case COMMAND -> CommandMigration.of(command);
                });
    }

    /** A token is for HTTPS and a key for SSH; a directory of this host asks for neither. */
    private static GitSource loggingIn(ConfiguredDeployment deployment, GitSource plain) {
        if (plain.url().startsWith("https:") && deployment.gitToken().isPresent()) {
            return plain.token(deployment.gitToken().get());
        }
        if (plain.url().startsWith("ssh:") && deployment.gitKey().isPresent()) {
            GitKey key = deployment.gitKey().get();
            return plain.key(key.privateKey(), knownHosts(key));
        }
        return plain;
    }

    private static String knownHosts(GitKey key) {
        String lines;
        try {
            lines = Files.readString(key.knownHosts());
        } catch (IOException e) {
            throw new ConfigException(
                    "the file of known hosts, " + key.knownHosts() + ", cannot be read", "check 'gitKnownHosts'");
        }
        if (lines.isBlank()) {
            throw new ConfigException(
                    "no host is known: " + key.knownHosts() + " is empty",
                    "write what ssh-keyscan says of the server there, if it is what the server's people say");
        }
        return lines;
    }

    static ImageRequest image(ConfiguredProject project, GitSource plain) {
        ConfiguredDeployment deployment = of(project);
        ImageRequest image = ImageRequest.of(project.name(), loggingIn(deployment, plain));
        for (Map.Entry<String, Secret> each : deployment.buildSecrets().entrySet()) {
            image = image.secret(each.getKey(), each.getValue());
        }
        return deployment.containerfile().isPresent()
                ? image.containerfile(deployment.containerfile().get())
                : image;
    }
}
