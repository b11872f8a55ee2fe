package io.codeb.config;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.alert.Alerts;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.config.ConfigurationFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Repositories, projects and alerts, as a file has them. docs/configuration.md says what can be in it, and
 * docs/config.schema.json the same to editors.
 *
 * <pre>{@code
 * try (CodeB codeb = Configuration.read(Path.of("codeb.json")).builder().build()) {
 *     codeb.backups().run("shop");
 * }
 * }</pre>
 *
 * <p>Secrets are only named in it, and read when they are used: nothing here holds one.
 *
 * @param repositories where backups rest; the first one is the default
 * @param projects whose databases are backed up
 * @param alerts who is told what goes wrong
 */
public record Configuration(List<BackupRepository> repositories, List<ConfiguredProject> projects, Alerts alerts) {
    /** Copies the lists. */
    public Configuration {
        repositories = List.copyOf(repositories);
        projects = List.copyOf(projects);
        Objects.requireNonNull(alerts, "alerts");
    }

    /**
     * Reads a file. It connects to nothing, and reads no secret.
     *
     * @param file JSON in UTF-8, at most 1 MiB; paths of secrets in it that are not absolute begin at its directory
     * @return what it says
     * @throws ConfigException when something is wrong, telling all that is, each with its line, column and path
     */
    public static Configuration read(Path file) {
        Objects.requireNonNull(file, "file");
        ConfigurationFile read = ConfigurationFile.read(file);
        return read.configuration()
                .orElseThrow(() -> new ConfigException(
                        ErrorCode.CONFIG_INVALID,
                        read.problems().stream()
                                .map(problem -> file + (problem.line() == 0 ? ": " : ":") + problem)
                                .toList(),
                        "docs/configuration.md says what can be in it"));
    }

    /**
     * Looks what is wrong in a file, as {@link #read(Path)} does, for who shows it.
     *
     * @param file any
     * @return in the order of the file; empty when nothing is wrong. At most 100, and how many there are more
     */
    public static List<ConfigurationProblem> check(Path file) {
        return ConfigurationFile.read(Objects.requireNonNull(file, "file")).problems();
    }

    /**
     * Starts to put together what works with them.
     *
     * @return a builder that has the repositories, the projects and their jobs, and the alerts
     */
    public CodeB.Builder builder() {
        CodeB.Builder builder = CodeB.builder().alerts(alerts);
        repositories.forEach(builder::repository);
        projects.forEach(project -> {
            builder.project(project.project());
            project.jobs().forEach(builder::schedule);
        });
        return builder;
    }

    /**
     * Finds a project.
     *
     * @param name its name
     * @return empty where there is none
     */
    public Optional<ConfiguredProject> project(String name) {
        Objects.requireNonNull(name, "name");
        return projects.stream().filter(project -> project.name().equals(name)).findFirst();
    }
}
