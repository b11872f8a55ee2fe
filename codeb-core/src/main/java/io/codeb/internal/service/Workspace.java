package io.codeb.internal.service;

import io.codeb.BackupRepository;
import io.codeb.Project;
import io.codeb.error.ConfigException;
import io.codeb.internal.event.EventDispatcher;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Codecs;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import io.codeb.spi.storage.StorageProvider;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all services of one {@link io.codeb.CodeB} share: projects, the repository, runtimes, events. Thread-safe. */
public final class Workspace implements AutoCloseable {
    private static final Duration LISTENER_PATIENCE = Duration.ofSeconds(5);

    private final Map<String, Project> projects;
    private final Clock clock;
    private final EventDispatcher events;
    private final ExtensionPoint<DatabaseEngineProvider> engines;
    private final ExtensionPoint<RuntimeProvider> runtimeProviders;
    private final Codecs codecs;
    private final BackupStore store;
    /** Two configurations that say the same share one connection. */
    private final Map<ProviderConfig, ContainerRuntime> runtimes = new HashMap<>();

    private boolean closed;

    /**
     * Brings everything together. Opens the storage, which connects to nothing yet.
     *
     * @param assembly from what
     */
    public Workspace(Assembly assembly) {
        BackupRepository repository = assembly.repository();
        List<Project> projects = assembly.projects();
        Map<String, Project> byName = new HashMap<>();
        for (Project project : projects) {
            if (byName.put(project.name(), project) != null) {
                throw new ConfigException("two projects are named " + project.name(), "rename one of them");
            }
        }
        this.projects = Map.copyOf(byName);
        this.clock = assembly.clock();
        this.engines = ExtensionPoint.load("engine", DatabaseEngineProvider.class, assembly);
        this.runtimeProviders = ExtensionPoint.load("runtime", RuntimeProvider.class, assembly);
        ExtensionPoint<StorageProvider> storages = ExtensionPoint.load("storage", StorageProvider.class, assembly);
        this.codecs = new Codecs(ExtensionPoint.load("codec", CodecProvider.class, assembly)::get);
        Codecs entryCodecs = codecs.of(repository);
        projects.forEach(project -> {
            engines.get(project.engine());
            runtimeProviders.get(project.runtime().id());
        });
        this.store = new BackupStore(storages.get(repository.storage().id()).create(repository.storage()), entryCodecs);
        this.events = new EventDispatcher(assembly.listeners(), LISTENER_PATIENCE);
    }

    Project project(String name) {
        Project project = projects.get(name);
        if (project == null) {
            throw new ConfigException(
                    "no project is named '" + name + "'; there are "
                            + projects.keySet().stream().sorted().toList(),
                    "check the spelling, or add the project to the configuration");
        }
        return project;
    }

    DatabaseEngine engine(String id) {
        return engines.get(id).create(ProviderConfig.of(id));
    }

    DatabaseTarget target(Project project) {
        ToolHost tools = ToolHost.of(
                        runtime(project.runtime()), project.container().orElse("host"))
                .withDirectory(project.tools().map(Path::toString).orElse(null))
                .withIdleLimit(project.idleLimit());
        int port = project.port() == 0 ? engines.get(project.engine()).defaultPort() : project.port();
        return ServerTarget.of(tools, port, project.user(), project.password().orElse(null))
                .withHost(project.host().orElse(null))
                .database(project.database());
    }

    private ContainerRuntime runtime(RuntimeConfig config) {
        ProviderConfig provided = config.provided();
        synchronized (runtimes) {
            requireOpen();
            return runtimes.computeIfAbsent(
                    provided, missing -> runtimeProviders.get(missing.id()).create(missing));
        }
    }

    private void requireOpen() {
        if (closed) {
            throw Runs.closed();
        }
    }

    Codecs codecs() {
        return codecs;
    }

    BackupStore store() {
        return store;
    }

    EventDispatcher events() {
        return events;
    }

    Clock clock() {
        return clock;
    }

    @Override
    public void close() {
        synchronized (runtimes) {
            if (closed) {
                return;
            }
            closed = true;
            runtimes.values().forEach(ContainerRuntime::close);
            runtimes.clear();
        }
        events.close();
        store.close();
    }
}
