package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.error.ConfigException;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.provider.ProviderConfig;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The projects of one {@link io.codeb.CodeB}, the engines of their databases, and the ways there. Thread-safe. */
final class Projects {
    private final Map<String, Project> byName;
    private final ExtensionPoint<DatabaseEngineProvider> engines;
    private final Connections connections;

    /**
     * Takes the projects.
     *
     * @throws ConfigException when two have one name, or there is no engine or runtime for one
     */
    Projects(List<Project> projects, ExtensionPoint<DatabaseEngineProvider> engines, Connections connections) {
        Map<String, Project> names = new LinkedHashMap<>();
        for (Project project : projects) {
            if (names.put(project.name(), project) != null) {
                throw new ConfigException("two projects are named " + project.name(), "rename one of them");
            }
        }
        for (Project project : projects) {
            engines.get(project.engine());
            connections.requireProvider(project.runtime());
        }
        this.byName = Collections.unmodifiableMap(names);
        this.engines = engines;
        this.connections = connections;
    }

    /** In the order of the configuration. */
    Collection<Project> all() {
        return byName.values();
    }

    Project get(String name) {
        Project project = byName.get(name);
        if (project == null) {
            throw new ConfigException(
                    "no project is named '" + name + "'; there are "
                            + byName.keySet().stream().sorted().toList(),
                    "check the spelling, or add the project to the configuration");
        }
        return project;
    }

    DatabaseEngine engine(Project project) {
        return engines.get(project.engine()).create(ProviderConfig.of(project.engine()));
    }

    /** Where a project's database is. */
    DatabaseTarget target(Project project) {
        ToolHost tools = ToolHost.of(
                        connections.to(project.runtime()), project.container().orElse("host"))
                .withDirectory(project.tools().map(Path::toString).orElse(null))
                .withIdleLimit(project.idleLimit());
        int port = project.port() == 0 ? engines.get(project.engine()).defaultPort() : project.port();
        return ServerTarget.of(tools, port, project.user(), project.password().orElse(null))
                .withHost(project.host().orElse(null))
                .database(project.database());
    }
}
