package io.codeb.internal.service;

import io.codeb.DrillRequest;
import io.codeb.DrillResult;
import io.codeb.DrillWork;
import io.codeb.DrilledServer;
import io.codeb.Project;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.repository.BackupStore;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Leftover;
import io.codeb.model.Manifest;
import io.codeb.model.RestoreMode;
import io.codeb.model.RestoreOptions;
import io.codeb.model.Secret;
import io.codeb.model.TableRows;
import io.codeb.spi.engine.DrillServers;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One drill, from its first look at the backup until its container is gone. Used by one thread. */
final class Drill {
    /** Which of the server's databases; it is nobody's but the drill's. */
    private static final String DATABASE = "drill";

    private static final int PROCESSES = 1_024;
    private static final int LINES_TOLD = 5;
    private static final int LINES_READ = 500;
    private static final int PASSWORD_BYTES = 24;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    /** To make a cluster and start a server takes seconds. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final Projects projects;
    private final Leftovers leftovers;
    private final DrillContainers containers;
    private final BackupStore store;
    private final BackupRef ref;
    private final DrillRequest request;
    private final RunScope run;

    /** The names of containers beside the server's, which go before it. */
    private final List<String> beside = new ArrayList<>();

    Drill(
            Projects projects,
            Leftovers leftovers,
            DrillContainers containers,
            BackupStore store,
            BackupRef ref,
            DrillRequest request,
            RunScope run) {
        this.projects = projects;
        this.leftovers = leftovers;
        this.containers = containers;
        this.store = store;
        this.ref = ref;
        this.request = request;
        this.run = run;
    }

    /**
     * A drill that passed.
     *
     * @param result what is told
     * @param bytes how many plain bytes were read
     * @param workFailure what the work that followed has failed by, which says nothing of the backup; null where it has
     *     not
     */
    record Outcome(DrillResult result, long bytes, @Nullable RuntimeException workFailure) {}

    /** An image that is there. */
    private record Image(String reference, String name, String id) {}

    /** What runs the container, and how. */
    private record Place(Project project, ContainerRuntime runtime, ContainerManager manager, DrillServers servers) {}

    Outcome run(DrillWork work, Cancellation outer) {
        try (TimedCancellation time = new TimedCancellation(outer, request.limit())) {
            try {
                Outcome outcome = runWithin(work, time.cancellation());
                return outcome.workFailure() instanceof CancelledException late && time.isOver()
                        ? new Outcome(outcome.result(), outcome.bytes(), tooLate(late))
                        : outcome;
            } catch (CancelledException e) {
                throw time.isOver() ? tooLate(e) : e;
            }
        }
    }

    private ContainerException tooLate(CancelledException cause) {
        return new ContainerException(
                ErrorCode.EXEC_TIMEOUT,
                "the drill was not done within " + TimedCancellation.text(request.limit()),
                "allow more time with limit(…)",
                cause);
    }

    private Outcome runWithin(DrillWork work, Cancellation cancellation) {
        run.stage("read");
        cancellation.throwIfCancelled();
        Manifest manifest = store.read(ref.project(), ref.id(), problem -> {
            throw problem;
        });
        Place place = place(manifest);
        CountedInput input = CountedInput.of(store, manifest, run::progress);
        run.stage("image");
        Image image = image(place);
        // What is nobody's any more is looked for here even where no run is known to be dead.
        List<Leftover> unused = containers.end(place.project(), Set.of());
        Restored restored;
        RuntimeException workFailure;
        try (Leftovers.Trace trace =
                leftovers.begin(store, place.project(), run.id(), null, () -> false, cancellation)) {
            try {
                restored = restored(place, image, manifest, input, cancellation);
                workFailure = done(work, place, image, restored, cancellation);
            } catch (RuntimeException e) {
                throw explained(place, e);
            } finally {
                // Whether it was made is not asked: an answer can be lost.
                if (isRemoved(place.manager())) {
                    trace.clean();
                }
            }
        }
        RestoreFacts facts = restored.facts();
        DrillResult result = new DrillResult(
                ref,
                restored.at(),
                image.name(),
                image.id(),
                facts.server(),
                facts.tables(),
                facts.checksums(),
                facts.notices(),
                run.elapsed());
        return new Outcome(result, input.bytes(), workFailure);
    }

    private boolean isRemoved(ContainerManager manager) {
        try {
            beside.forEach(manager::remove);
            manager.remove(DrillContainers.name(run.id()));
            return true;
        } catch (CodeBException e) {
            // The end of the run's trace tries once more, and tells.
            return false;
        }
    }

    private Place place(Manifest manifest) {
        Project project = projects.get(ref.project());
        if (!manifest.engine().id().equals(project.engine().id())) {
            throw new EngineException(
                    ErrorCode.VERSION_MISMATCH,
                    "the backup is of " + manifest.engine().id() + ", and project " + project.name() + " is of "
                            + project.engine().id(),
                    "configure the project as it was when the backup was made");
        }
        DrillServers servers = projects.engine(project)
                .drills()
                .orElseThrow(() -> new ConfigException(
                        "there are no drills of backups of the engine "
                                + project.engine().id(),
                        "restore the backup to a server of its own instead"));
        ContainerRuntime runtime = projects.drillRuntime(project)
                .orElseThrow(() -> new ConfigException(
                        "project " + project.name() + " lives in no container, and does not say where drills are made",
                        "name a runtime with drillsIn(…), and an image with image(…)"));
        ContainerManager manager = runtime.manager()
                .orElseThrow(() -> new ConfigException(
                        "the runtime " + runtime.id() + " makes no containers", "name another one with drillsIn(…)"));
        return new Place(project, runtime, manager, servers);
    }

    private Image image(Place place) {
        String asked = request.image().orElse(null);
        if (asked != null) {
            return new Image(asked, asked, place.manager().imageId(asked));
        }
        Project project = place.project();
        String container = project.container()
                .orElseThrow(() -> new ConfigException(
                        "project " + project.name() + " lives in no container that has an image",
                        "name an image with image(…)"));
        ContainerInfo source;
        try {
            source = projects.runtime(project).inspect(container);
        } catch (ContainerException e) {
            throw new ContainerException(
                    e.code(), String.valueOf(e.getMessage()), "name an image with image(…), or start the container", e);
        }
        String reference = place.runtime() == projects.runtime(project) ? source.imageId() : source.image();
        return new Image(reference, source.image(), place.manager().imageId(reference));
    }

    /** What was restored, where, and when that was proven. */
    private record Restored(RestoreFacts facts, ServerTarget server, String database, Instant at) {}

    private Restored restored(
            Place place, Image image, Manifest manifest, CountedInput input, Cancellation cancellation) {
        run.stage("start");
        Secret password = password();
        String name = started(place, image, password, cancellation).id();
        ToolHost tools = ToolHost.of(place.runtime(), name)
                .withIdleLimit(place.project().idleLimit())
                .withNice(place.project().isNice())
                .withRun(run.id());
        ServerTarget server = place.servers().server(tools, password);
        awaitAnswer(place, server, cancellation);
        DumpFacts dump = DumpFacts.of(manifest);
        place.servers().prepare(server, dump, cancellation);
        run.stage("load");
        run.expect(input.size());
        input.whenAtStage(run::stage);
        RestoreSpec restore = RestoreSpec.of(RestoreMode.NEW, dump)
                // A server that was made just now has no tablespaces of its own.
                .withOptions(RestoreOptions.AS_DUMPED.withoutTablespaces());
        String database = request.database().orElse(DATABASE);
        RestoreFacts facts =
                projects.engine(place.project()).restore(server.database(database), restore, input, cancellation);
        return new Restored(facts, server, database, run.now());
    }

    /** What the work throws is kept: the backup was proven before. */
    private @Nullable RuntimeException done(
            DrillWork work, Place place, Image image, Restored restored, Cancellation cancellation) {
        if (work.equals(DrillWork.NONE)) {
            return null;
        }
        run.stage("work");
        try (Projects.Loan loan = projects.lend(drilled(place, restored, cancellation), place.project())) {
            work.on(new Server(place, image, loan.project(), restored.facts().tables()), cancellation);
            return null;
        } catch (RuntimeException e) {
            return explained(place, e);
        }
    }

    private Project drilled(Place place, Restored restored, Cancellation cancellation) {
        ServerTarget server = request.user()
                .map(user -> place.servers().admit(restored.server(), user, cancellation))
                .orElse(restored.server());
        ProviderConfig engine = place.project().engine();
        Project drilled = Project.of(engine.id(), "drill-" + run.id())
                .container(server.tools().container())
                .runtime(place.project().drillRuntime().orElseThrow())
                .server(server.host() == null ? "127.0.0.1" : server.host(), server.port())
                .database(restored.database())
                .user(server.user())
                .idleLimit(place.project().idleLimit());
        if (server.password() != null) {
            drilled = drilled.password(server.password());
        }
        for (Map.Entry<String, String> option : engine.options().entrySet()) {
            drilled = drilled.option(option.getKey(), option.getValue());
        }
        for (Map.Entry<String, Secret> secret : engine.secrets().entrySet()) {
            drilled = drilled.secret(secret.getKey(), secret.getValue());
        }
        return drilled;
    }

    /** What is handed to the work. */
    private final class Server implements DrilledServer {
        private final Place place;
        private final Image image;
        private final Project project;
        private final List<TableRows> tables;

        Server(Place place, Image image, Project project, List<TableRows> tables) {
            this.place = place;
            this.image = image;
            this.project = project;
            this.tables = tables;
        }

        @Override
        public BackupRef backup() {
            return ref;
        }

        @Override
        public Project project() {
            return project;
        }

        @Override
        public String image() {
            return image.name();
        }

        @Override
        public List<TableRows> tables() {
            return tables;
        }

        @Override
        public ContainerInfo runBeside(ContainerSpec spec, Cancellation other) {
            ContainerSpec named;
            synchronized (beside) {
                named = containers.beside(limited(spec), place.project(), run.id(), request.limit(), beside.size() + 1);
                beside.add(named.name().orElseThrow());
            }
            return started(place, named, other);
        }
    }

    private ContainerInfo started(Place place, Image image, Secret password, Cancellation cancellation) {
        ContainerSpec spec = limited(place.servers().container(image.reference(), password, request.inMemory()))
                .withoutNetwork();
        return started(place, containers.named(spec, place.project(), run.id(), request.limit()), cancellation);
    }

    private ContainerSpec limited(ContainerSpec spec) {
        ContainerSpec limited = spec.withProcesses(PROCESSES);
        limited = request.memory().isPresent()
                ? limited.withMemory(request.memory().getAsLong())
                : limited;
        return request.cores().isPresent() ? limited.withCores(request.cores().getAsDouble()) : limited;
    }

    private static ContainerInfo started(Place place, ContainerSpec spec, Cancellation cancellation) {
        try {
            return place.manager().run(spec, cancellation);
        } catch (ContainerException e) {
            if (e.code() != ErrorCode.CONTAINER_REFUSED) {
                throw e;
            }
            throw new ContainerException(
                    e.code(),
                    String.valueOf(e.getMessage()),
                    "where the runtime cannot limit memory and cores, say withoutLimits()",
                    e);
        }
    }

    private static Secret password() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return Secret.of(HexFormat.of().formatHex(random));
    }

    private void awaitAnswer(Place place, ServerTarget server, Cancellation cancellation) {
        try (TimedCancellation start = new TimedCancellation(cancellation, START_LIMIT)) {
            try {
                while (!place.servers().answers(server, start.cancellation())) {
                    start.cancellation().pause(LOOK_AGAIN);
                }
            } catch (CancelledException e) {
                throw start.isOver() ? notStarted(place, "does not answer", e) : e;
            } catch (ContainerException e) {
                throw e.code() == ErrorCode.CONTAINER_NOT_RUNNING ? notStarted(place, "has ended", e) : e;
            }
        }
    }

    /** Until here nothing of the backup has been in the container: what it wrote may be told. */
    private ContainerException notStarted(Place place, String what, CodeBException cause) {
        String log = log(place, LINES_TOLD).strip();
        return new ContainerException(
                ErrorCode.CONTAINER_NOT_READY,
                "the server of the drill " + what + (log.isEmpty() ? "" : "; it wrote: " + log),
                "look whether the image is one of a server, and keeps to what the official one is told",
                cause);
    }

    private String log(Place place, int lines) {
        try {
            return place.manager().logs(DrillContainers.name(run.id()), lines);
        } catch (CodeBException e) {
            return "";
        }
    }

    /** What looks like a failure of the server can be one of what it was given. */
    private RuntimeException explained(Place place, RuntimeException failure) {
        if (!(failure instanceof CodeBException) || failure instanceof CancelledException) {
            return failure;
        }
        DrillServers.Shortage shortage =
                place.servers().shortage(log(place, LINES_READ)).orElse(null);
        if (shortage == DrillServers.Shortage.MEMORY) {
            return new ContainerException(
                    ErrorCode.CONTAINER_EXHAUSTED,
                    "the server of the drill had too little memory"
                            + (request.memory().isPresent()
                                    ? " with " + request.memory().getAsLong() + " bytes"
                                    : "")
                            + ": " + failure.getMessage(),
                    "allow more with memory(…)",
                    failure);
        }
        if (shortage == DrillServers.Shortage.DISK) {
            return new EngineException(
                    ErrorCode.TARGET_FULL,
                    "the disk of the drill's server is full: " + failure.getMessage(),
                    request.inMemory().isPresent()
                            ? "allow more with inMemory(…), or keep the data in a volume"
                            : "make room where the runtime keeps its volumes",
                    failure);
        }
        return failure;
    }
}
