package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.error.ConfigException;
import io.codeb.internal.io.Bandwidth;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ContainerRuntime;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The projects of one {@link io.codeb.CodeB}, the engines of their databases, and the ways there. Thread-safe. */
final class Projects {
    private final Map<String, Project> byName;
    private final Map<String, Served> served;
    private final Map<String, Lent> lent = new ConcurrentHashMap<>();
    private final Connections connections;

    /** A project that is known for a while. */
    private record Lent(Project project, Served served) {}

    /** What knows a project's kind of database. */
    private record Served(DatabaseEngine engine, int defaultPort) {}

    /**
     * Takes the projects, and makes their engines and runtimes.
     *
     * @throws ConfigException when two have one name, there is no engine or runtime for one, or these refuse what they
     *     are made with
     */
    Projects(List<Project> projects, ExtensionPoint<DatabaseEngineProvider> engines, Connections connections) {
        Map<String, Project> names = new LinkedHashMap<>();
        for (Project project : projects) {
            if (names.put(project.name(), project) != null) {
                throw new ConfigException("two projects are named " + project.name(), "rename one of them");
            }
        }
        Map<String, Served> made = new HashMap<>();
        for (Project project : projects) {
            try {
                DatabaseEngineProvider provider = engines.get(project.engine().id());
                DatabaseEngine engine = provider.create(project.engine());
                connections.prepare(project.runtime());
                project.drillRuntime().ifPresent(connections::prepare);
                made.put(project.name(), new Served(engine, provider.defaultPort()));
            } catch (ConfigException e) {
                throw refused(project, e);
            }
        }
        this.byName = Collections.unmodifiableMap(names);
        this.served = Map.copyOf(made);
        this.connections = connections;
    }

    private static ConfigException refused(Project project, ConfigException refusal) {
        return new ConfigException(
                refusal.code(),
                refusal.problems().stream()
                        .map(problem -> "project " + project.name() + ": " + problem)
                        .toList(),
                refusal.hint());
    }

    /** In the order of the configuration. */
    Collection<Project> all() {
        return byName.values();
    }

    Project get(String name) {
        Project project = byName.get(name);
        if (project == null) {
            Lent known = lent.get(name);
            if (known != null) {
                return known.project();
            }
            throw new ConfigException(
                    "no project is named '" + name + "'; there are "
                            + byName.keySet().stream().sorted().toList(),
                    "check the spelling, or add the project to the configuration");
        }
        return project;
    }

    /** Knows another project until that is closed, which has the engine of one that is configured. */
    Loan lend(Project project, Project like) {
        lent.put(project.name(), new Lent(project, of(like)));
        return new Loan(project, lent);
    }

    /** A project that is known until this is closed. */
    record Loan(Project project, Map<String, Lent> lent) implements AutoCloseable {
        @Override
        public void close() {
            lent.remove(project.name());
        }
    }

    /** One that backups may be older than. */
    Optional<Project> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    DatabaseEngine engine(Project project) {
        return of(project).engine();
    }

    private Served of(Project project) {
        Lent known = lent.get(project.name());
        return known == null ? Objects.requireNonNull(served.get(project.name()), project.name()) : known.served();
    }

    /** What a run may move between a project's database and here; empty for as much as it can. One for each run. */
    Optional<Bandwidth> bandwidth(Project project) {
        return project.bandwidth() == 0 ? Optional.empty() : Optional.of(Bandwidth.of(project.bandwidth()));
    }

    /** What runs the programs of a project's database. */
    ContainerRuntime runtime(Project project) {
        return connections.to(project.runtime());
    }

    /** What drills of a project are made with, if there are any. */
    Optional<ContainerRuntime> drillRuntime(Project project) {
        return project.drillRuntime().map(connections::to);
    }

    /** Where a project's database is. */
    DatabaseTarget target(Project project) {
        return target(project, tools(project, runtime(project)));
    }

    /** The same, for what is to be known as a part of a run. */
    DatabaseTarget target(Project project, String run) {
        return target(project, tools(project, runtime(project)).withRun(run));
    }

    /** The same, for a run whose programs are watched. */
    DatabaseTarget target(Project project, String run, ProgramWatch watch) {
        return target(project, tools(project, watch.around(runtime(project))).withRun(run));
    }

    private static ToolHost tools(Project project, ContainerRuntime runtime) {
        return ToolHost.of(runtime, project.container().orElse("host"))
                .withDirectory(project.tools().map(Path::toString).orElse(null))
                .withIdleLimit(project.idleLimit())
                .withNice(project.isNice());
    }

    private DatabaseTarget target(Project project, ToolHost tools) {
        int port = project.port() == 0 ? of(project).defaultPort() : project.port();
        return ServerTarget.of(tools, port, project.user(), project.password().orElse(null))
                .withHost(project.host().orElse(null))
                .database(project.database());
    }
}
