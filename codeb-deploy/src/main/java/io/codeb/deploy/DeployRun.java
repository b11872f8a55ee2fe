package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.Journal;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.deploy.DeployReport.Outcome;
import io.codeb.deploy.DeployService.ReleaseDatabase;
import io.codeb.error.CancelledException;
import io.codeb.error.ConfigException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One deployment, or what is left of one. Used once, by one thread. */
final class DeployRun {
    private static final Logger LOG = LoggerFactory.getLogger(DeployRun.class);

    /** How long a container must run before it is taken for one that does. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final String LOOPBACK = "127.0.0.1";
    private static final int LOG_LINES = 20;
    private static final int LOG_LENGTH = 2_000;
    private static final int HEAD_LENGTH = 200;

    private final CodeB codeb;
    private final List<DeployListener> listeners;
    private final Application application;
    private final Journal journal;
    private final Project project;
    private final ContainerRuntime runtime;
    private final ContainerManager manager;
    private final Releases releases;
    private final long began = System.nanoTime();
    private DeployState state;
    private @Nullable GuardReport guarded;

    /** Whether the caller's thread was interrupted while it was not to be. */
    private boolean interrupted;

    DeployRun(CodeB codeb, List<DeployListener> listeners, Application application, Journal journal) {
        this.codeb = codeb;
        this.listeners = listeners;
        this.application = application;
        this.journal = journal;
        this.project = codeb.project(application.project());
        this.runtime = runtime(codeb, application);
        this.manager = manager(runtime);
        this.releases = new Releases(codeb, project.name());
        this.state = DeployState.begin(
                UUID.randomUUID().toString().replace("-", ""),
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                project.name(),
                releases.next(),
                application.traffic().current());
    }

    /** What an application runs on. */
    static ContainerRuntime runtime(CodeB codeb, Application application) {
        return codeb.runtime(application.runtime().orElseGet(() -> codeb.project(application.project())
                .runtime()));
    }

    static ContainerManager manager(ContainerRuntime runtime) {
        return runtime.manager()
                .orElseThrow(() -> new ConfigException(
                        "the runtime " + runtime.id() + " makes no containers",
                        "say on(…) with one that does: podman or docker"));
    }

    /** What is started, and what becomes of the database then. */
    private record Plan(Supplier<DeployState> image, UnaryOperator<GuardRequest> guard) {}

    DeployReport deploy(ImageRequest image, Cancellation cancellation) {
        ImageRequest here = application.runtime().map(image::on).orElse(image);
        return run(
                new Plan(
                        () -> {
                            BuiltImage built = ImageBuilder.of(codeb)
                                    .output(line -> tell(listener -> listener.build(line)))
                                    .build(here, cancellation);
                            return state.built(built.commit(), built.id());
                        },
                        request -> request),
                cancellation);
    }

    DeployReport bringBack(Release release, ReleaseDatabase database, Cancellation cancellation) {
        boolean together = database == ReleaseDatabase.TOGETHER;
        state = state.back(release.number(), together ? release.heads() : Optional.empty());
        return run(
                new Plan(
                        () -> state.built(release.commit(), manager.imageId(release.image())),
                        request -> together ? restoring(request, release, cancellation) : request.withoutChanges()),
                cancellation);
    }

    private DeployReport run(Plan plan, Cancellation cancellation) {
        note(state);
        try {
            state = plan.image().get();
            if (!application.isMigratingItself()) {
                note(state.to(DeployStep.START));
                start(cancellation);
            }
            GuardRequest request = plan.guard().apply(guard());
            note(state.to(DeployStep.GUARD));
            guarded = guarding().run(complete(request), cancellation);
        } catch (RuntimeException | Error e) {
            throw new DeployFailedException(undone(e), e);
        }
        return finished(cancellation);
    }

    /** Answers only when all is in order. */
    DeployReport recover(DeployState left, Cancellation cancellation) {
        state = left;
        boolean kept;
        try {
            kept = switch (left.step()) {
                case BUILD, START -> false;
                case GUARD, SWITCH, UNDO -> isKept(left.step(), cancellation);
                case FINISH -> true;
            };
        } catch (GuardFailedException e) {
            throw new DeployFailedException(undone(e), e);
        }
        if (kept) {
            return finished(cancellation);
        }
        RuntimeException failure = new DeployException(
                ErrorCode.DEPLOY_UNFINISHED, "the deployment has died in its step " + left.step(), "", null);
        DeployReport report = undone(failure);
        if (report.outcome() == Outcome.UNFINISHED) {
            throw new DeployFailedException(report, failure);
        }
        return report;
    }

    /**
     * Brings order to the database. Where the guard has left nothing, it has kept what there is if it had come to the
     * switch: that is the last that it asks for, and what is undone after it is noted as such before.
     */
    private boolean isKept(DeployStep step, Cancellation cancellation) {
        GuardRequest request = complete(guard());
        guarded = guarding()
                .recover(step == DeployStep.UNDO ? request.withProbes(List.of()) : request, cancellation)
                .orElse(null);
        if (guarded == null) {
            return step == DeployStep.SWITCH;
        }
        return guarded.outcome() == GuardReport.Outcome.KEPT;
    }

    /** Starts what the requests go to, where it has ended. */
    void revive() {
        Optional<Route> now = application.traffic().current();
        if (now.isEmpty() || !now.get().container().startsWith(DeployState.prefix(project.name()))) {
            return;
        }
        String container = now.get().container();
        ContainerInfo.State found;
        try {
            found = runtime.inspect(container).state();
        } catch (ContainerException e) {
            LOG.warn("the requests of {} go to {}, which is not there", project.name(), container, e);
            return;
        }
        if (found == ContainerInfo.State.STOPPED || found == ContainerInfo.State.CREATED) {
            LOG.info("{} has ended, and is started again", container);
            manager.start(container);
            Route route = route(container);
            if (!route.equals(now.get())) {
                application.traffic().to(Optional.of(route));
            }
        }
    }

    // ---- the container

    private void start(Cancellation cancellation) {
        ContainerSpec spec = spec();
        ContainerInfo unused = manager.run(spec, cancellation);
        long deadline = System.nanoTime() + SETTLE.toNanos();
        while (System.nanoTime() < deadline) {
            requireAlive();
            PatientProbe.pause(PAUSE, cancellation);
        }
        requireAlive();
    }

    private ContainerSpec spec() {
        return application
                .container(image())
                .withName(state.container())
                .withLabel(DeployService.APPLICATION_LABEL, project.name())
                .withLabel(DeployService.RELEASE_LABEL, Integer.toString(state.number()))
                .withPort(application.port());
    }

    private String image() {
        String image = state.image();
        if (image == null) {
            throw new IllegalStateException("nothing was built yet");
        }
        return image;
    }

    /** Fails where the new version has ended: it will not get well any more. */
    private void requireAlive() {
        ContainerInfo info = runtime.inspect(state.container());
        if (info.state() == ContainerInfo.State.RUNNING) {
            return;
        }
        String said = Secret.redact(
                manager.logs(state.container(), LOG_LINES).strip(),
                spec().secrets().values());
        String status = info.exitStatus().isPresent()
                ? "has ended with status " + info.exitStatus().getAsInt()
                : "does not run";
        throw new ContainerException(
                ErrorCode.CONTAINER_NOT_RUNNING,
                "the new version " + status + (said.isEmpty() ? ", and has said nothing" : ": " + end(said)),
                "it is started beside the old one, on the database as that has it; what migrates when it starts says"
                        + " migratingItself()");
    }

    private static String end(String text) {
        return text.length() > LOG_LENGTH ? "…" + text.substring(text.length() - LOG_LENGTH) : text;
    }

    private Route route(String container) {
        return runtime.inspect(container).ports().stream()
                .filter(port -> port.containerPort() == application.port()
                        && port.protocol().equals("tcp")
                        && port.hostAddress().equals(LOOPBACK))
                .findFirst()
                .map(port -> new Route(LOOPBACK, port.hostPort(), container))
                .orElseThrow(() -> new ContainerException(
                        ErrorCode.CONTAINER_NOT_RUNNING,
                        container + " has port " + application.port() + " not published",
                        "see that it runs, and has a network"));
    }

    // ---- the database

    private DeployGuard guarding() {
        return DeployGuard.of(codeb).listener(this::hear);
    }

    private GuardRequest guard() {
        GuardRequest request = application.guard(state.container());
        if (!request.project().equals(project.name())) {
            throw new ConfigException(
                    "the application of " + project.name() + " guards the database of " + request.project(),
                    "name the same project for both");
        }
        return request;
    }

    /** With the version itself: it is well, and the requests go to it, as the last thing of all. */
    private GuardRequest complete(GuardRequest request) {
        List<Probe> probes = new ArrayList<>();
        probes.add(new OfVersion(new Health().within(application.patience())));
        request.probes().forEach(probe -> probes.add(new OfVersion(probe)));
        probes.add(new Switch());
        return (application.isMigratingItself() ? request.migrate(new Start()) : request).withProbes(probes);
    }

    private GuardRequest restoring(GuardRequest request, Release release, Cancellation cancellation) {
        GuardRequest unchanged = request.withoutChanges();
        DeployTarget target = new DeployTarget(codeb, project, state.id(), MigrationStatus.LIMIT, cancellation);
        Optional<List<String>> now = heads(target);
        if (now.isPresent() && now.equals(release.heads())) {
            return unchanged;
        }
        return unchanged.restore(
                RestoreRequest.of(Releases.backup(release, releases.list())).replacing());
    }

    /** Which migrations the database has; empty where nobody can tell. */
    private Optional<List<String>> heads(DeployTarget target) {
        if (application.isMigratingItself()) {
            return Optional.empty();
        }
        List<String> heads = new ArrayList<>();
        for (Migration migration : guard().migrations()) {
            List<Optional<List<String>>> told = new ArrayList<>();
            target.within(
                    MigrationStatus.LIMIT,
                    ErrorCode.MIGRATION_FAILED,
                    "the status of " + migration.name(),
                    within -> told.add(migration.applied(within)));
            if (told.get(0).isEmpty()) {
                return Optional.empty();
            }
            List<String> applied = told.get(0).get();
            String head = applied.isEmpty() ? "" : applied.get(applied.size() - 1);
            heads.add(head.substring(0, Math.min(HEAD_LENGTH, head.length())));
        }
        return Optional.of(heads);
    }

    private void hear(GuardEvent event) {
        tell(listener -> listener.guard(event));
        if (event instanceof GuardEvent.BackedUp backedUp) {
            note(state.backedUp(backedUp.ref()));
        } else if (event instanceof GuardEvent.RollingBack) {
            note(state.to(DeployStep.UNDO));
            withdraw();
        }
    }

    /** Whether the new version is well. */
    private final class Health implements Probe {
        @Override
        public String name() {
            return application.health().map(path -> "http GET " + path).orElse("tcp " + application.port())
                    + " of the new version";
        }

        @Override
        public void run(DeployTarget target) {
            Route route = route(state.container());
            application
                    .health()
                    .map(path -> Probe.http(URI.create("http://" + route.host() + ":" + route.port() + path)))
                    .orElseGet(() -> Probe.tcp(route.host(), route.port()))
                    .run(target);
        }
    }

    /** A probe that nobody is patient with when the version has ended. */
    private final class OfVersion implements TimedProbe {
        private final Probe probe;

        OfVersion(Probe probe) {
            this.probe = probe;
        }

        @Override
        public String name() {
            return probe.name();
        }

        @Override
        public void run(DeployTarget target) {
            if (probe instanceof PatientProbe patient) {
                patient.run(target, DeployRun.this::requireAlive);
            } else {
                TimedProbe.ask(probe, target);
            }
        }
    }

    /** Sends the requests to the new version, and back if what is asked then does not pass. */
    private final class Switch implements TimedProbe {
        @Override
        public String name() {
            return "the requests go to the new version";
        }

        @Override
        public void run(DeployTarget target) {
            Optional<List<String>> heads = heads(target);
            List<String> expected = state.expected();
            if (expected != null && heads.isPresent() && !heads.get().equals(expected)) {
                throw Releases.unreachable(
                        "the database has migrations up to " + heads.get() + ", and with that release it had "
                                + expected,
                        "look which backup has them");
            }
            Route route = route(state.container());
            note(state.migrated(heads).to(DeployStep.SWITCH));
            try {
                application.traffic().to(Optional.of(route));
                application.afterSwitch().forEach(probe -> TimedProbe.ask(probe, target));
            } catch (RuntimeException | Error e) {
                switchBack(e);
                throw e;
            }
        }
    }

    private void switchBack(Throwable failure) {
        try {
            note(state.to(DeployStep.UNDO));
            sendBack();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Starts a version that migrates the database by itself. */
    private final class Start implements Migration {
        @Override
        public String name() {
            return "the new version itself";
        }

        @Override
        public MigrationStatus status(DeployTarget target) {
            return MigrationStatus.UNKNOWN;
        }

        @Override
        public void apply(DeployTarget target, MigrationStatus before) {
            start(target.cancellation());
        }
    }

    // ---- back

    /** Undoes what was done; not cancelled, by nobody. */
    private DeployReport undone(Throwable failure) {
        if (failure instanceof GuardFailedException guard) {
            guarded = guard.report();
        }
        return report(uninterrupted(() -> undo(failure)), Optional.empty(), failure);
    }

    private Outcome undo(Throwable failure) {
        try {
            note(state.to(DeployStep.UNDO));
            withdraw();
        } catch (RuntimeException e) {
            LOG.warn("the deployment of {} could not be undone", project.name(), e);
            failure.addSuppressed(e);
            return Outcome.UNFINISHED;
        }
        if (guarded != null && guarded.outcome() == GuardReport.Outcome.LEFT) {
            return Outcome.UNFINISHED;
        }
        try {
            journal.clear();
        } catch (RuntimeException e) {
            // All is undone; a recovery finds that there is nothing to do.
            LOG.warn("the journal of the deployment of {} could not be cleared", project.name(), e);
        }
        return Outcome.UNDONE;
    }

    /** Nobody goes to the new version any more, and it writes nothing any more. */
    private void withdraw() {
        sendBack();
        manager.remove(state.container());
    }

    private void sendBack() {
        TrafficSwitch traffic = application.traffic();
        if (traffic.current()
                .filter(now -> now.container().equals(state.container()))
                .isPresent()) {
            traffic.to(Optional.ofNullable(state.previous()));
        }
    }

    // ---- the end

    private DeployReport finished(Cancellation cancellation) {
        return uninterrupted(() -> {
            Optional<Release> release = Optional.empty();
            try {
                if (guarded != null && guarded.backup().isPresent()) {
                    state = state.backedUp(guarded.backup().get());
                }
                note(state.to(DeployStep.FINISH));
                Release done = state.release(project.name());
                release = Optional.of(done);
                removeImages(done);
                releases.write(done);
                endOthers(cancellation);
                journal.clear();
            } catch (RuntimeException e) {
                throw new DeployFailedException(report(Outcome.UNFINISHED, release, e), e);
            }
            return report(Outcome.RELEASED, release, null);
        });
    }

    /** Before the release is noted in the place of the oldest, and while the old version still holds its image. */
    private void removeImages(Release done) {
        for (String image : releases.superseded(done, application.images())) {
            try {
                manager.removeImage(image);
            } catch (RuntimeException e) {
                LOG.warn("an image of {} that nobody brings back any more stays: {}", project.name(), image, e);
            }
        }
    }

    private void endOthers(Cancellation cancellation) {
        List<ContainerInfo> others = manager.find(Map.of(DeployService.APPLICATION_LABEL, project.name())).stream()
                .filter(each -> each.name().startsWith(DeployState.prefix(project.name()))
                        && !each.name().equals(state.container()))
                .toList();
        if (others.isEmpty()) {
            return;
        }
        try {
            PatientProbe.pause(application.drain(), cancellation);
        } catch (CancelledException e) {
            LOG.info("the old version of {} has no more time to drain: {}", project.name(), e.getMessage());
            interrupted |= Thread.interrupted();
        }
        for (ContainerInfo other : others) {
            manager.stop(other.name(), application.stop());
            manager.remove(other.name());
        }
    }

    /** Does what an interrupt is not to end, and leaves it to whoever comes after. */
    private <T> T uninterrupted(Supplier<T> work) {
        interrupted |= Thread.interrupted();
        try {
            return work.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---- what is told

    private void note(DeployState next) {
        journal.note(next.toMap());
        boolean other = next.step() != state.step() || next.step() == DeployStep.BUILD;
        state = next;
        if (other) {
            tell(listener -> listener.step(next.step()));
        }
    }

    private void tell(Consumer<DeployListener> telling) {
        for (DeployListener listener : listeners) {
            try {
                telling.accept(listener);
            } catch (RuntimeException e) {
                LOG.warn("a listener of the deployment of {} has failed", project.name(), e);
            }
        }
    }

    private DeployReport report(Outcome outcome, Optional<Release> release, @Nullable Throwable failure) {
        return new DeployReport(
                project.name(),
                outcome,
                state.container(),
                release,
                Optional.ofNullable(guarded),
                Optional.ofNullable(failure).map(GuardFailure::of),
                Duration.ofNanos(System.nanoTime() - began));
    }
}
