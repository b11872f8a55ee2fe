package io.codeb.cli;

import io.codeb.BackupRepository;
import io.codeb.CatalogService;
import io.codeb.CodeB;
import io.codeb.config.Configuration;
import io.codeb.config.ConfiguredProject;
import io.codeb.error.CancelledException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.event.RunListener;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one command works with: the configuration, the library, the person in front of it. */
final class Session implements AutoCloseable {
    private final App app;
    private final Common common;
    private final ProgressLine progress;
    private @Nullable Configuration configuration;
    private @Nullable CodeB codeb;

    Session(App app, Common common, ProgressLine progress) {
        this.app = app;
        this.common = common;
        this.progress = progress;
    }

    Words words() {
        return app.words();
    }

    Terminal terminal() {
        return app.terminal();
    }

    Cancellation cancellation() {
        return app.cancellation();
    }

    App app() {
        return app;
    }

    // What is configured

    Path configFile() {
        if (common.config != null) {
            return common.config;
        }
        String named = app.environment().getOrDefault("CODEB_CONFIG", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        List<Path> places = usualPlaces();
        return places.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        "there is no configuration in " + places,
                        "name one with --config, or begin with 'codeb config init'"));
    }

    private List<Path> usualPlaces() {
        String home = app.environment().getOrDefault("HOME", "");
        String config = app.environment().getOrDefault("XDG_CONFIG_HOME", home.isEmpty() ? "" : home + "/.config");
        return Stream.of("codeb.json", config.isEmpty() ? "" : config + "/codeb/codeb.json", "/etc/codeb/codeb.json")
                .filter(place -> !place.isEmpty())
                .map(Path::of)
                .toList();
    }

    Configuration configuration() {
        if (configuration == null) {
            configuration = Configuration.read(configFile());
        }
        return configuration;
    }

    ConfiguredProject project(String name) {
        return configuration()
                .project(name)
                .orElseThrow(
                        () -> new ConfigException("there is no project '" + name + "'", "there are " + projectNames()));
    }

    // The library

    CodeB codeb() {
        if (codeb == null) {
            codeb = build(configuration().builder());
        }
        return codeb;
    }

    /** Opens the repositories alone. */
    CodeB repositories() {
        if (codeb == null) {
            CodeB.Builder builder = CodeB.builder();
            configuration().repositories().forEach(builder::repository);
            codeb = build(builder);
        }
        return codeb;
    }

    /** As {@link #codeb()}, for who wants to hear of runs, too; before anything else is opened. */
    CodeB codeb(RunListener listener) {
        codeb = build(configuration().builder().listener(listener));
        return codeb;
    }

    private CodeB build(CodeB.Builder builder) {
        if (!common.quiet) {
            builder.listener(progress);
        }
        return builder.build();
    }

    /** Tells whoever waits how far it is, unless he has said that he does not want to know. */
    void tell(String line) {
        if (!common.quiet) {
            terminal().err().println(Columns.printable(line));
            terminal().err().flush();
        }
    }

    CatalogService catalog(@Nullable String repository) {
        CatalogService all = codeb().catalog();
        return repository == null ? all : all.in(repository);
    }

    /** The backups of a project, in the repository that is named, or its own, or the first one. */
    CatalogService catalogOf(String project, @Nullable String repository) {
        return catalog(repository == null ? repositoryOf(project) : repository);
    }

    /** The repository of a project that is configured. */
    @Nullable
    String repositoryOf(String project) {
        return configuration()
                .project(project)
                .map(ConfiguredProject::repository)
                .orElse(null);
    }

    /** The backup that a text names: an id, {@code repository/project/id}, or a project, for its last one. */
    BackupRef backup(String text, @Nullable String repository) {
        if (!BackupRef.isName(text)) {
            return catalog(repository).resolve(text);
        }
        return catalogOf(text, repository)
                .latest(text)
                .orElseThrow(() -> new StorageException(
                        ErrorCode.BACKUP_NOT_FOUND,
                        "there is no backup of " + text + " in "
                                + catalogOf(text, repository).repositories().get(0),
                        "'codeb db backup " + text + "' makes one"))
                .ref();
    }

    List<String> projectNames() {
        return configuration().projects().stream().map(ConfiguredProject::name).toList();
    }

    /** The projects of which it is configured which backups stay, by themselves or by their repository. */
    List<String> retainedProjects() {
        Set<String> repositories = configuration().repositories().stream()
                .filter(repository -> repository.retention().isPresent())
                .map(BackupRepository::name)
                .collect(Collectors.toSet());
        List<String> retained = configuration().projects().stream()
                .filter(each -> each.project().retention().isPresent() || repositories.contains(each.repository()))
                .map(ConfiguredProject::name)
                .toList();
        if (retained.isEmpty()) {
            throw new ConfigException(
                    "nothing in the configuration says which backups stay",
                    "say it by backupRetention of a project, or by retention of a repository");
        }
        return retained;
    }

    List<String> repositoryNames() {
        return configuration().repositories().stream()
                .map(BackupRepository::name)
                .toList();
    }

    // The person

    /** Goes on when somebody says yes; on no terminal, only when that was said before. */
    void confirm(boolean yes, String question) throws IOException {
        if (yes) {
            return;
        }
        if (!terminal().inIsTerminal()) {
            throw new ConfigException(question, "nobody can be asked here: say --yes, or look first with --dry-run");
        }
        terminal().err().print(Columns.printable(question) + " " + words().say("confirm.choice") + " ");
        terminal().err().flush();
        String answer = new BufferedReader(new InputStreamReader(terminal().in(), StandardCharsets.UTF_8)).readLine();
        String said = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
        if (!List.of("y", "yes", "예", "네").contains(said)) {
            throw new CancelledException("the answer was not yes");
        }
    }

    @Override
    public void close() {
        if (codeb != null) {
            codeb.close();
        }
    }
}
