package io.codeb.deploy;

import io.codeb.config.ConfiguredDeployment;
import io.codeb.config.ConfiguredDeployment.ConfiguredMigration;
import io.codeb.config.ConfiguredDeployment.GitKey;
import io.codeb.config.ConfiguredProject;
import io.codeb.error.ConfigException;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a configuration says of a project's application, for a {@link DeployService}. Immutable and thread-safe.
 *
 * <pre>{@code
 * ConfiguredApplication shop = ConfiguredApplication.of(configuration.project("shop").orElseThrow());
 * DeployService.of(codeb).deploy(
 *         shop.application(guard -> guard), shop.image(shop.repository().orElseThrow().branch("main")), cancellation);
 * }</pre>
 */
@CheckReturnValue
public final class ConfiguredApplication {
    private static final long MIB = 1 << 20;

    private final ConfiguredProject project;
    private final ConfiguredDeployment deployment;

    private ConfiguredApplication(ConfiguredProject project, ConfiguredDeployment deployment) {
        this.project = project;
        this.deployment = deployment;
    }

    /**
     * That of a project.
     *
     * @param project as a configuration has it
     * @return its application
     * @throws ConfigException when the configuration does not say how it is deployed
     */
    public static ConfiguredApplication of(ConfiguredProject project) {
        return new ConfiguredApplication(
                project,
                project.deployment()
                        .orElseThrow(() -> new ConfigException(
                                "the configuration does not say how " + project.name() + " is deployed",
                                "say its port and its route under 'deployment'")));
    }

    /**
     * Whose it is.
     *
     * @return the project's name
     */
    public String project() {
        return project.name();
    }

    /**
     * The file that says which version the requests go to.
     *
     * @return as the configuration has it
     */
    public Path route() {
        return deployment.route();
    }

    /**
     * The Git repository that it is built of.
     *
     * @return its {@code HEAD}; empty where the configuration names none
     * @throws ConfigException when what it names is none
     */
    public Optional<GitSource> repository() {
        return deployment.git().map(text -> {
            try {
                return text.contains("://") ? GitSource.at(text) : GitSource.at(Path.of(text));
            } catch (IllegalArgumentException e) {
                throw new ConfigException(
                        "the Git repository of " + project.name() + " cannot be one: " + e.getMessage(),
                        "check 'git' under 'deployment'");
            }
        });
    }

    /**
     * Whether each deployment restores data in the place of the database.
     *
     * @return as the configuration has it
     */
    public boolean isRestoring() {
        return project.restoreOnDeploy();
    }

    /**
     * The application, each deployment of which begins with a backup.
     *
     * @param change what is said of the database beside what the configuration has; asked more than once, and to answer
     *     the same
     * @return as the configuration has it
     */
    public Application application(UnaryOperator<GuardRequest> change) {
        Objects.requireNonNull(change, "change");
        Application application = Application.of(
                        project.name(), deployment.port(), TrafficSwitch.file(deployment.route()))
                .container(this::container)
                .guard(container ->
                        change.apply(guard(container, GuardRequest.of(project).backup())));
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

    private ContainerSpec container(ContainerSpec plain) {
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

    private GuardRequest guard(String container, GuardRequest request) {
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
    private GitSource loggingIn(GitSource plain) {
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

    /**
     * What is built.
     *
     * @param source which commit; its server is shown what the configuration has for it
     * @return as the configuration has it
     * @throws ConfigException when the file of known hosts cannot be read, or is empty
     */
    public ImageRequest image(GitSource source) {
        ImageRequest image = ImageRequest.of(project.name(), loggingIn(source));
        for (Map.Entry<String, Secret> each : deployment.buildSecrets().entrySet()) {
            image = image.secret(each.getKey(), each.getValue());
        }
        return deployment.containerfile().isPresent()
                ? image.containerfile(deployment.containerfile().get())
                : image;
    }
}
