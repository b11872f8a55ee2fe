package io.codeb.internal.service;

import io.codeb.DrillRequest;
import io.codeb.DrillResult;
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
import io.codeb.spi.engine.DrillServers;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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
     */
    record Outcome(DrillResult result, long bytes) {}

    /** An image that is there. */
    private record Image(String reference, String name, String id) {}

    /** What runs the container, and how. */
    private record Place(Project project, ContainerRuntime runtime, ContainerManager manager, DrillServers servers) {}

    Outcome run(Cancellation outer) {
        try (TimedCancellation time = new TimedCancellation(outer, request.limit())) {
            try {
                return runWithin(time.cancellation());
            } catch (CancelledException e) {
                if (time.isOver()) {
                    throw new ContainerException(
                            ErrorCode.EXEC_TIMEOUT,
                            "the drill was not done within " + TimedCancellation.text(request.limit()),
                            "allow more time with limit(…)",
                            e);
                }
                throw e;
            }
        }
    }

    private Outcome runWithin(Cancellation cancellation) {
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
        RestoreFacts facts;
        try (Leftovers.Trace trace =
                leftovers.begin(store, place.project(), run.id(), null, () -> false, cancellation)) {
            try {
                facts = restored(place, image, manifest, input, cancellation);
            } catch (RuntimeException e) {
                throw explained(place, e);
            } finally {
                // Whether it was made is not asked: an answer can be lost.
                if (isRemoved(place.manager())) {
                    trace.clean();
                }
            }
        }
        DrillResult result = new DrillResult(
                ref,
                run.now(),
                image.name(),
                image.id(),
                facts.server(),
                facts.tables(),
                facts.checksums(),
                facts.notices(),
                run.elapsed());
        return new Outcome(result, input.bytes());
    }

    private boolean isRemoved(ContainerManager manager) {
        try {
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

    private RestoreFacts restored(
            Place place, Image image, Manifest manifest, CountedInput input, Cancellation cancellation) {
        run.stage("start");
        Secret password = password();
        String name = started(place, image, password, cancellation).id();
        ToolHost tools = ToolHost.of(place.runtime(), name)
                .withIdleLimit(place.project().idleLimit())
                .withRun(run.id());
        ServerTarget server = place.servers().server(tools, password);
        awaitAnswer(place, server, cancellation);
        DumpFacts dump = DumpFacts.of(manifest);
        place.servers().prepare(server, dump, cancellation);
        run.stage("load");
        RestoreSpec restore = RestoreSpec.of(RestoreMode.NEW, dump)
                // A server that was made just now has no tablespaces of its own.
                .withOptions(RestoreOptions.AS_DUMPED.withoutTablespaces());
        return projects.engine(place.project()).restore(server.database(DATABASE), restore, input, cancellation);
    }

    private ContainerInfo started(Place place, Image image, Secret password, Cancellation cancellation) {
        ContainerSpec spec = place.servers()
                .container(image.reference(), password, request.inMemory())
                .withoutNetwork()
                .withProcesses(PROCESSES);
        spec = request.memory().isPresent() ? spec.withMemory(request.memory().getAsLong()) : spec;
        spec = request.cores().isPresent() ? spec.withCores(request.cores().getAsDouble()) : spec;
        try {
            return place.manager()
                    .run(containers.named(spec, place.project(), run.id(), request.limit()), cancellation);
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
                    pause(start.cancellation());
                }
            } catch (CancelledException e) {
                throw start.isOver() ? notStarted(place, "does not answer", e) : e;
            } catch (ContainerException e) {
                throw e.code() == ErrorCode.CONTAINER_NOT_RUNNING ? notStarted(place, "has ended", e) : e;
            }
        }
    }

    private static void pause(Cancellation cancellation) {
        CountDownLatch cancelled = new CountDownLatch(1);
        Cancellation.Registration registration = cancellation.onCancel(cancelled::countDown);
        try {
            boolean unused = cancelled.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            cancellation.throwIfCancelled();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while the server of a drill starts");
        } finally {
            registration.close();
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
