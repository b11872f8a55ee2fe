package io.codeb.internal.config;

import io.codeb.BackupRepository;
import io.codeb.Project;
import io.codeb.ScheduledJob;
import io.codeb.alert.AlertRoute;
import io.codeb.alert.Alerts;
import io.codeb.config.Configuration;
import io.codeb.config.ConfiguredDeployment;
import io.codeb.config.ConfiguredDeployment.ConfiguredMigration;
import io.codeb.config.ConfiguredProject;
import io.codeb.config.ConfiguredStaging;
import io.codeb.config.Durations;
import io.codeb.error.ConfigException;
import io.codeb.error.Finding;
import io.codeb.model.BackupRef;
import io.codeb.model.Secret;
import io.codeb.retention.RetentionPolicy;
import io.codeb.schedule.CronLine;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.RuntimeConfig;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes repositories, projects and alerts of shapes, and tells what cannot be, at the key that says it. */
final class Assembler {
    private static final String REPOSITORY = "repository";
    private static final String LOCATION = "backupLocation";
    /** Stands for one of which a problem was told, so that others can name it. */
    private static final BackupRepository NOWHERE = BackupRepository.at(Path.of("/"));

    private static final int USUAL_PORT = 5432;

    private final Node root;
    private final Shapes.File file;
    private final Path directory;
    private final Problems problems;
    private final Binder binder;
    private final Map<String, BackupRepository> repositories = new LinkedHashMap<>();
    private final Map<String, String> locations = new LinkedHashMap<>();

    /** For a file in a directory, at which paths begin that are not absolute. */
    Assembler(Node root, Path directory, Problems problems) {
        this.root = root;
        this.directory = directory;
        this.problems = problems;
        this.binder = new Binder(problems);
        this.file = binder.bind(root, Shapes.File.class);
    }

    Configuration assemble() {
        file.repositories().forEach((name, shape) -> repositories.put(name, repository(name, shape)));
        List<ConfiguredProject> projects = new ArrayList<>();
        file.projects().forEach((name, shape) -> projects.add(project(name, shape)));
        file.repositories().forEach(this::requireMirrors);
        if (repositories.isEmpty()) {
            problems.add(root, "there is no repository: where do backups rest?");
        }
        return new Configuration(List.copyOf(repositories.values()), projects, alerts(file.alerts()));
    }

    // Repositories

    private BackupRepository repository(String name, Shapes.Repository shape) {
        Node node = root.find("repositories", name).orElseThrow();
        if (shape.at() == null) {
            if (node.fields().get("at") == null) {
                problems.add(node, "needs 'at': where it is");
            }
            return NOWHERE.named(name);
        }
        Key at = new Key(node, "at");
        BackupRepository made = at.of(shape.at(), Assembler::at).orElse(NOWHERE).named(name);
        for (Map.Entry<String, String> option : shape.options().entrySet()) {
            made = made.option(option.getKey(), option.getValue());
        }
        for (Map.Entry<String, Shapes.Secret> secret : shape.secrets().entrySet()) {
            Optional<Secret> found = secret(secret.getValue());
            made = found.isPresent() ? made.secret(secret.getKey(), found.get()) : made;
        }
        return forms(made, shape);
    }

    private BackupRepository forms(BackupRepository plain, Shapes.Repository shape) {
        BackupRepository made = plain;
        if (shape.compression() != null && shape.compression().codec() != null) {
            made = made.codec(shape.compression().codec(), shape.compression().options());
        }
        if (!shape.encryptTo().isEmpty()) {
            made = made.encryptTo(shape.encryptTo().toArray(String[]::new));
        }
        Optional<Secret> identity = secret(shape.identity());
        made = identity.isPresent() ? made.identity(identity.get()) : made;
        Optional<Secret> signing = secret(shape.signWith());
        made = signing.isPresent() ? made.signWith(signing.get()) : made;
        made = shape.trusting().isEmpty()
                ? made
                : made.trusting(shape.trusting().toArray(String[]::new));
        made = shape.mirroredTo().isEmpty()
                ? made
                : made.mirroredTo(shape.mirroredTo().toArray(String[]::new));
        RetentionPolicy retention = policy(shape.retention());
        return retention == null ? made : made.retention(retention);
    }

    private static @Nullable RetentionPolicy policy(Shapes.@Nullable Keeping shape) {
        if (shape == null) {
            return null;
        }
        RetentionPolicy policy = RetentionPolicy.keep();
        policy = said(policy, shape.days(), RetentionPolicy::days);
        policy = said(policy, shape.last(), RetentionPolicy::last);
        policy = said(policy, shape.daily(), RetentionPolicy::daily);
        policy = said(policy, shape.weekly(), RetentionPolicy::weekly);
        policy = said(policy, shape.monthly(), RetentionPolicy::monthly);
        policy = said(policy, shape.yearly(), RetentionPolicy::yearly);
        policy = said(policy, shape.within(), (each, size) -> each.within(bytes(size)));
        return Boolean.TRUE.equals(shape.onlyProven()) ? policy.countingOnlyProven() : policy;
    }

    private static <V> RetentionPolicy said(RetentionPolicy policy, @Nullable V value, Word<RetentionPolicy, V> word) {
        return value == null ? policy : word.say(policy, value);
    }

    /** A size as its pattern has it: up to six digits, and a power of a thousand. */
    private static long bytes(String size) {
        long number = Long.parseLong(size.replaceAll("[^0-9]", ""));
        return number
                * switch (size.charAt(size.length() - 2)) {
                    case 'M' -> 1_000_000L;
                    case 'G' -> 1_000_000_000L;
                    default -> 1_000_000_000_000L;
                };
    }

    private void requireMirrors(String name, Shapes.Repository shape) {
        for (int i = 0; i < shape.mirroredTo().size(); i++) {
            String mirror = shape.mirroredTo().get(i);
            Node node = root.find("repositories", name, "mirroredTo").orElseThrow();
            Node item = node.items().size() > i ? node.items().get(i) : node;
            if (mirror.equals(name)) {
                problems.add(item, "is the repository itself");
            } else if (!repositories.containsKey(mirror)) {
                problems.add(
                        item, "there is no repository of this name" + Suggestions.hint(mirror, repositories.keySet()));
            }
        }
    }

    private static BackupRepository at(String location) {
        return location.startsWith("/") ? BackupRepository.at(Path.of(location)) : BackupRepository.at(location);
    }

    private Optional<Secret> secret(Shapes.@Nullable Secret shape) {
        if (shape != null && shape.env() != null) {
            return Optional.of(Secret.env(shape.env()));
        }
        return shape != null && shape.file() != null
                ? Optional.of(Secret.file(directory.resolve(shape.file())))
                : Optional.empty();
    }

    // Projects

    private ConfiguredProject project(String name, Shapes.Project shape) {
        Node node = root.find("projects", name).orElseThrow();
        Node own = node.find("database").orElse(new Node(node.path(), node.line(), node.column(), Map.of()));
        Node merged = template(node, shape)
                .map(template -> own.over(withoutRivals(own, template)))
                .orElse(own);
        Shapes.Database database = binder.bind(merged, Shapes.Database.class);
        Project project = where(name, database, merged);
        project = rules(project, database, merged);
        Optional<ZoneId> zone = new Key(merged, "timeZone").of(database.timeZone(), Assembler::zone);
        RetentionPolicy retention = policy(database.backupRetention());
        if (retention != null) {
            project = project.retention(zone.map(retention::in).orElse(retention));
        }
        String repository = repositoryOf(database, merged);
        return new ConfiguredProject(
                project,
                repository,
                Boolean.TRUE.equals(database.backupOnDeploy()),
                Boolean.TRUE.equals(database.restoreOnDeploy()),
                Optional.ofNullable(database.backupSchedule()),
                jobs(project, repository, database, zone.orElseGet(ZoneId::systemDefault), merged),
                zone,
                deployment(node, shape.deployment()),
                staging(node, shape.staging()),
                new Key(node, "metadata").of(shape.metadata(), directory::resolve));
    }

    private Optional<ConfiguredDeployment> deployment(Node project, Shapes.@Nullable Deployment shape) {
        if (shape == null) {
            return Optional.empty();
        }
        Node node = project.find("deployment").orElseThrow();
        Integer port = shape.port();
        if (port == null || shape.route() == null) {
            if (node.fields().get("port") == null || node.fields().get("route") == null) {
                problems.add(node, "needs 'port' and 'route': where the application listens, and where that is noted");
            }
            return Optional.empty();
        }
        return new Key(node, "route")
                .of(shape.route(), directory::resolve)
                .map(route -> new ConfiguredDeployment(
                        port,
                        route,
                        Optional.ofNullable(runtime(node, "runtime", shape.runtime())),
                        Optional.ofNullable(shape.containerfile()),
                        Optional.ofNullable(shape.git()),
                        secret(shape.gitToken()),
                        gitKey(node, shape),
                        secrets(shape.buildSecrets()),
                        Optional.ofNullable(shape.network()),
                        shape.environment(),
                        secrets(shape.secrets()),
                        Optional.ofNullable(shape.memory()),
                        Optional.ofNullable(shape.health()),
                        new Key(node, "within").of(time(shape.within()), Assembler::positive),
                        Optional.ofNullable(time(shape.drain())),
                        Optional.ofNullable(shape.keepReleases()),
                        migration(node, shape.migration())));
    }

    private Optional<ConfiguredDeployment.GitKey> gitKey(Node deployment, Shapes.Deployment shape) {
        boolean hasKey = deployment.fields().containsKey("gitKey");
        if (hasKey != deployment.fields().containsKey("gitKnownHosts")) {
            new Key(deployment, hasKey ? "gitKey" : "gitKnownHosts")
                    .refuse("'gitKey' and 'gitKnownHosts' go together: who logs in with a key knows the host");
            return Optional.empty();
        }
        return secret(shape.gitKey()).flatMap(key -> new Key(deployment, "gitKnownHosts")
                .of(shape.gitKnownHosts(), directory::resolve)
                .map(hosts -> new ConfiguredDeployment.GitKey(key, hosts)));
    }

    private Map<String, Secret> secrets(Map<String, Shapes.Secret> shapes) {
        Map<String, Secret> secrets = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> secret(shape).ifPresent(secret -> secrets.put(name, secret)));
        return secrets;
    }

    private ConfiguredMigration migration(Node deployment, Shapes.@Nullable Migration shape) {
        if (shape == null) {
            return new ConfiguredMigration.None();
        }
        Node node = deployment.find("migration").orElseThrow();
        if (shape.sql() != null) {
            return new Key(node, "sql")
                    .of(shape.sql(), directory::resolve)
                    .<ConfiguredMigration>map(ConfiguredMigration.Sql::new)
                    .orElseGet(ConfiguredMigration.None::new);
        }
        if (Boolean.TRUE.equals(shape.itself())) {
            return new ConfiguredMigration.Itself();
        }
        Map<ConfiguredMigration.Tool.Kind, List<String>> tools = Map.of(
                ConfiguredMigration.Tool.Kind.PRISMA, shape.prisma(),
                ConfiguredMigration.Tool.Kind.FLYWAY, shape.flyway(),
                ConfiguredMigration.Tool.Kind.LIQUIBASE, shape.liquibase(),
                ConfiguredMigration.Tool.Kind.COMMAND, shape.command());
        Optional<ConfiguredMigration> tool = tools.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .findFirst()
                .map(each -> new ConfiguredMigration.Tool(each.getKey(), each.getValue()));
        if (tool.isEmpty() && shape.itself() == null) {
            problems.add(node, "needs the words of a command");
        }
        return tool.orElseGet(ConfiguredMigration.None::new);
    }

    private Optional<ConfiguredStaging> staging(Node project, Shapes.@Nullable Staging shape) {
        if (shape == null) {
            return Optional.empty();
        }
        Node node = project.find("staging").orElseThrow();
        List<Path> masking = new ArrayList<>();
        for (String masked : shape.masking()) {
            new Key(node, "masking").of(masked, directory::resolve).ifPresent(masking::add);
        }
        if (shape.roles().keySet().stream().anyMatch(String::isBlank)) {
            new Key(node, "roles").refuse("a role has a name");
        }
        List<ConfiguredStaging.Test> tests = new ArrayList<>();
        for (int i = 0; i < shape.tests().size(); i++) {
            Node item = node.find("tests").orElseThrow().items().get(i);
            test(item, shape.tests().get(i)).ifPresent(tests::add);
        }
        Optional<Duration> testLimit = new Key(node, "testLimit").of(time(shape.testLimit()), Assembler::positive);
        return new Key(node, "keep")
                .of(
                        Optional.ofNullable(time(shape.keep())),
                        keep -> new ConfiguredStaging(
                                masking,
                                shape.roles(),
                                Optional.ofNullable(time(shape.backupWithin())),
                                keep,
                                tests,
                                testLimit));
    }

    private Optional<ConfiguredStaging.Test> test(Node node, Shapes.StagingTest shape) {
        String sql = shape.sql();
        String command = shape.command();
        if (command == null ? sql == null || shape.in() != null : sql != null) {
            problems.add(node, "says one of sql and command, and 'in' beside a command alone");
            return Optional.empty();
        }
        if (shape.runtime() != null && shape.in() == null) {
            new Key(node, "runtime").refuse("there is no container that it would run: say 'in'");
        }
        return Optional.of(
                command == null
                        ? new ConfiguredStaging.Test.Sql(String.valueOf(sql))
                        : new ConfiguredStaging.Test.Command(
                                command,
                                Optional.ofNullable(shape.in()),
                                Optional.ofNullable(runtime(node, "runtime", shape.runtime()))));
    }

    private List<ScheduledJob> jobs(
            Project project, String repository, Shapes.Database database, ZoneId zone, Node node) {
        List<ScheduledJob> jobs = new ArrayList<>();
        Optional<CronLine> backups = line(node, "backupSchedule", database.backupSchedule(), zone);
        backups.ifPresent(line -> jobs.add(ScheduledJob.backup(project.name(), line)));
        line(node, "drillSchedule", database.drillSchedule(), zone)
                .ifPresent(line -> jobs.add(ScheduledJob.drill(project.name(), line)));
        Optional<CronLine> prunes = line(node, "pruneSchedule", database.pruneSchedule(), zone);
        if (prunes.isPresent()) {
            BackupRepository place = repositories.get(repository);
            if (project.retention().isEmpty()
                    && (place == null || place.retention().isEmpty())) {
                new Key(node, "pruneSchedule").refuse("nothing says which backups stay; say it by backupRetention");
            }
        } else if (database.pruneSchedule() == null && database.backupRetention() != null) {
            // Of jobs that are due at once a prune is the last.
            prunes = backups;
        }
        prunes.ifPresent(line -> jobs.add(ScheduledJob.prune(project.name(), line)));
        return jobs.stream()
                .map(job -> timed(job.in(repository), database, node))
                .toList();
    }

    private Optional<CronLine> line(Node node, String name, @Nullable String text, ZoneId zone) {
        return new Key(node, name).of(text, line -> {
            try {
                return CronLine.of(line).in(zone);
            } catch (ConfigException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        });
    }

    private ScheduledJob timed(ScheduledJob plain, Shapes.Database database, Node node) {
        ScheduledJob job = plain;
        job = new Key(node, "scheduleJitter").then(job, time(database.scheduleJitter()), ScheduledJob::jitter);
        job = new Key(node, "scheduleTimeout").then(job, time(database.scheduleTimeout()), ScheduledJob::timeout);
        job = new Key(node, "scheduleRetry").then(job, time(database.scheduleRetry()), ScheduledJob::retrying);
        return new Key(node, "scheduleCatchUp").then(job, time(database.scheduleCatchUp()), ScheduledJob::catchingUp);
    }

    private Optional<Node> template(Node project, Shapes.Project shape) {
        if (shape.template() == null) {
            return Optional.empty();
        }
        if (!file.templates().containsKey(shape.template())) {
            problems.add(
                    project.find("template").orElseThrow(),
                    "there is no template of this name"
                            + Suggestions.hint(
                                    shape.template(), file.templates().keySet()));
            return Optional.empty();
        }
        return root.find("templates", shape.template(), "database");
    }

    /** Who says where backups go says it instead of the template, by whichever of the two words. */
    private static Node withoutRivals(Node own, Node template) {
        if (!own.fields().containsKey(REPOSITORY) && !own.fields().containsKey(LOCATION)) {
            return template;
        }
        Map<String, Node> others = new LinkedHashMap<>(template.fields());
        others.remove(REPOSITORY);
        others.remove(LOCATION);
        return new Node(template.path(), template.line(), template.column(), others);
    }

    private Project where(String name, Shapes.Database database, Node node) {
        Project project = Project.of(database.engine() == null ? "postgresql" : database.engine(), name);
        project = new Key(node, "container").then(project, database.container(), Project::container);
        project =
                new Key(node, "runtime").then(project, runtime(node, "runtime", database.runtime()), Project::runtime);
        project = new Key(node, "drillRuntime")
                .then(project, runtime(node, "drillRuntime", database.drillRuntime()), Project::drillsIn);
        if (database.runtime() != null && database.container() == null) {
            new Key(node, "runtime").refuse("there is no container that it would run");
        }
        if (database.port() != null && database.host() == null) {
            new Key(node, "port").refuse("needs a host");
        }
        if (database.host() != null) {
            boolean usual = database.port() == null && project.engine().id().equals("postgresql");
            if (database.port() == null && !usual) {
                new Key(node, "host").refuse("needs a port beside it");
            }
            int port = database.port() == null ? USUAL_PORT : database.port();
            project = new Key(node, "host").then(project, database.host(), (p, host) -> p.server(host, port));
        }
        project = new Key(node, "name").then(project, database.name(), Project::database);
        project = new Key(node, "user").then(project, database.user(), Project::user);
        project = new Key(node, "password")
                .then(project, secret(database.password()).orElse(null), Project::password);
        return new Key(node, "tools").then(project, database.tools(), (p, tools) -> p.tools(Path.of(tools)));
    }

    private Project rules(Project plain, Shapes.Database database, Node node) {
        Project project = plain;
        project = new Key(node, "idleLimit").then(project, time(database.idleLimit()), Project::idleLimit);
        project = database.bandwidth() == null ? project : project.bandwidth(bytes(database.bandwidth()));
        project = Boolean.TRUE.equals(database.nice()) ? project.nice() : project;
        project = new Key(node, "maxBackupAge").then(project, time(database.maxBackupAge()), Project::maxBackupAge);
        for (Map.Entry<String, Shapes.Severity> lowered : database.lower().entrySet()) {
            project = project.lower(
                    lowered.getKey(),
                    Finding.Severity.valueOf(lowered.getValue().name()));
        }
        for (Map.Entry<String, String> option : database.options().entrySet()) {
            project = project.option(option.getKey(), option.getValue());
        }
        for (Map.Entry<String, Shapes.Secret> secret : database.secrets().entrySet()) {
            Optional<Secret> found = secret(secret.getValue());
            project = found.isPresent() ? project.secret(secret.getKey(), found.get()) : project;
        }
        return project;
    }

    private static Duration positive(Duration time) {
        if (time.isZero()) {
            throw new IllegalArgumentException("must be more than zero");
        }
        return time;
    }

    private static @Nullable Duration time(@Nullable String text) {
        return text == null ? null : Durations.parse(text);
    }

    private @Nullable RuntimeConfig runtime(Node node, String name, Shapes.@Nullable RuntimePlace shape) {
        if (shape == null) {
            return null;
        }
        Node own = node.find(name).orElseThrow();
        RuntimeConfig runtime = RuntimeConfig.of(shape.id() == null ? "podman" : shape.id());
        runtime = new Key(own, "endpoint").then(runtime, shape.endpoint(), (r, uri) -> r.withEndpoint(URI.create(uri)));
        runtime = new Key(own, "tls").then(runtime, shape.tls(), (r, tls) -> r.withTls(directory.resolve(tls)));
        runtime = new Key(own, "callLimit").then(runtime, time(shape.callLimit()), RuntimeConfig::withCallLimit);
        for (Map.Entry<String, String> option : shape.options().entrySet()) {
            runtime = runtime.withOption(option.getKey(), option.getValue());
        }
        for (Map.Entry<String, Shapes.Secret> secret : shape.secrets().entrySet()) {
            Optional<Secret> found = secret(secret.getValue());
            runtime = found.isPresent() ? runtime.withSecret(secret.getKey(), found.get()) : runtime;
        }
        return runtime;
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("there is no such time zone; it is written as Europe/Berlin or UTC", e);
        }
    }

    // Where its backups go

    private String repositoryOf(Shapes.Database database, Node node) {
        if (database.repository() != null && database.backupLocation() != null) {
            new Key(node, LOCATION).refuse("says once more where backups go; there is a repository, too");
        }
        if (database.repository() != null) {
            if (!repositories.containsKey(database.repository())) {
                new Key(node, REPOSITORY)
                        .refuse("there is no repository of this name"
                                + Suggestions.hint(
                                        database.repository(),
                                        file.repositories().keySet()));
            }
            return database.repository();
        }
        if (database.backupLocation() != null) {
            return located(database.backupLocation(), node);
        }
        if (file.repositories().isEmpty()) {
            problems.add(node, "names neither a repository nor a backupLocation, and there are no repositories");
            return BackupRepository.DEFAULT_NAME;
        }
        return file.repositories().keySet().iterator().next();
    }

    private String located(String location, Node node) {
        String name = nameOf(location);
        Key key = new Key(node, LOCATION);
        String known = locations.putIfAbsent(name, trimmed(location));
        boolean taken = known == null ? repositories.containsKey(name) : !known.equals(trimmed(location));
        if (taken) {
            key.refuse("would be the repository '" + name + "', as something else is; name it under repositories");
        } else if (known == null) {
            key.of(location, Assembler::locatedAt)
                    .ifPresent(repository -> repositories.put(name, repository.named(name)));
        }
        return name;
    }

    private static BackupRepository locatedAt(String location) {
        if (!location.startsWith("/") && !location.matches("[a-z][a-z0-9+.-]+:.+")) {
            throw new IllegalArgumentException("must be an absolute directory, or a URI such as s3://bucket/prefix");
        }
        return at(location);
    }

    private static String trimmed(String location) {
        return location.replaceAll("/+$", "");
    }

    /** A repository's name for a location: its letters and digits, and a hyphen for what is between them. */
    static String nameOf(String location) {
        String name = location.replaceFirst("\\?.*", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        String cut = name.length() > 63 ? name.substring(name.length() - 63).replaceAll("^-", "") : name;
        return BackupRef.isName(cut) ? cut : "root";
    }

    // Alerts

    private Alerts alerts(Shapes.@Nullable Alerts shape) {
        Alerts alerts = Alerts.none();
        if (shape == null) {
            return alerts;
        }
        Node node = root.find("alerts").orElseThrow();
        List<Node> routes = node.find("routes").map(Node::items).orElse(List.of());
        for (int i = 0; i < shape.routes().size(); i++) {
            alerts = alerts.to(route(shape.routes().get(i), routes.get(i)));
        }
        for (String certificate : shape.certificates()) {
            alerts = new Key(node, "certificates")
                    .then(alerts, certificate, (all, pem) -> all.certificate(directory.resolve(pem)));
        }
        alerts = new Key(node, "language")
                .then(alerts, shape.language(), (all, tag) -> all.in(Locale.forLanguageTag(tag)));
        alerts = new Key(node, "remindAfter").then(alerts, time(shape.remindAfter()), Alerts::remindingAfter);
        alerts = new Key(node, "mostPerHour").then(alerts, shape.mostPerHour(), Alerts::mostPerHour);
        alerts = new Key(node, "giveUpAfter").then(alerts, time(shape.giveUpAfter()), Alerts::givingUpAfter);
        alerts = new Key(node, "roomForBackups").then(alerts, shape.roomForBackups(), Alerts::roomFor);
        return new Key(node, "beforeExpiry").then(alerts, time(shape.beforeExpiry()), Alerts::beforeExpiry);
    }

    private AlertRoute route(Shapes.AlertRoute shape, Node node) {
        if (shape.channel() == null) {
            if (node.fields().get("channel") == null && node.value() instanceof Map) {
                problems.add(node, "needs 'channel': how it is told");
            }
            return AlertRoute.log();
        }
        AlertRoute route = AlertRoute.to(ProviderConfig.of(shape.channel()));
        for (Map.Entry<String, String> option : shape.options().entrySet()) {
            route = route.option(option.getKey(), option.getValue());
        }
        for (Map.Entry<String, Shapes.Secret> secret : shape.secrets().entrySet()) {
            Optional<Secret> found = secret(secret.getValue());
            route = found.isPresent() ? route.secret(secret.getKey(), found.get()) : route;
        }
        if (!shape.kinds().isEmpty()) {
            route = route.only(shape.kinds().stream()
                    .map(kind -> AlertKind.valueOf(kind.name()))
                    .toArray(AlertKind[]::new));
        } else if (shape.channel().equals("heartbeat")) {
            route = route.only(AlertKind.BACKUP_MADE);
        }
        requireProjects(shape.projects(), node);
        return route.forProjects(shape.projects().stream().distinct().toArray(String[]::new));
    }

    private void requireProjects(List<String> names, Node route) {
        List<Node> items = route.find("projects").map(Node::items).orElse(List.of());
        for (int i = 0; i < names.size(); i++) {
            if (!file.projects().containsKey(names.get(i))) {
                problems.add(
                        items.get(i),
                        "there is no project of this name"
                                + Suggestions.hint(names.get(i), file.projects().keySet()));
            }
        }
    }

    /** A key of an object, for what is found wrong with its value. */
    private final class Key {
        private final Node node;

        Key(Node object, String name) {
            this.node = object.fields().getOrDefault(name, object);
        }

        void refuse(String message) {
            problems.add(node, message);
        }

        <T, V> T then(T before, @Nullable V value, Word<T, V> word) {
            return of(value, v -> word.say(before, v)).orElse(before);
        }

        <V, R> Optional<R> of(@Nullable V value, Function<V, R> make) {
            if (value == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(make.apply(value));
            } catch (InvalidPathException e) {
                refuse("is no path of this system");
            } catch (IllegalArgumentException e) {
                refuse(String.valueOf(e.getMessage()));
            }
            return Optional.empty();
        }
    }

    /** Says something of a value, which answers a changed copy. */
    private interface Word<T, V> {
        T say(T before, V value);
    }
}
