package io.codeb.deploy;

import io.codeb.model.BackupRef;
import io.codeb.model.CheckReturnValue;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.RuntimeConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How an application runs, and how one version of it follows another. Immutable; each word answers a changed copy.
 *
 * <pre>{@code
 * Application shop = Application.of("shop", 8080, TrafficSwitch.file(Path.of("/var/lib/shop/route")))
 *         .container(spec -> spec.withNetwork("shop").withMemory(512 << 20)
 *                 .withSecret("DATABASE_URL", Secret.env("SHOP_DATABASE_URL")))
 *         .guard(container -> GuardRequest.of("shop")
 *                 .migrate(PrismaMigration.of(DeployCommand.in(container, "npx", "--no-install", "prisma"))))
 *         .healthy("/health");
 * }</pre>
 *
 * <p>Without further words: a container of the image alone, on the runtime that the project's database is in; a backup
 * of the database and no migration; a version is healthy when it takes connections, within a minute; the old one has 10
 * seconds for what was begun with it, and 10 more to end.
 */
@CheckReturnValue
public final class Application {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final String project;
    private final int port;
    private final TrafficSwitch traffic;
    private final @Nullable RuntimeConfig runtime;
    private final UnaryOperator<ContainerSpec> container;
    private final Function<String, GuardRequest> guard;
    private final boolean migratingItself;
    private final @Nullable String health;
    private final Duration patience;
    private final List<Probe> afterSwitch;
    private final Duration drain;
    private final Duration stop;
    private final int images;

    private Application(Draft draft) {
        this.project = draft.project;
        this.port = draft.port;
        this.traffic = draft.traffic;
        this.runtime = draft.runtime;
        this.container = draft.container;
        this.guard = draft.guard;
        this.migratingItself = draft.migratingItself;
        this.health = draft.health;
        this.patience = draft.patience;
        this.afterSwitch = List.copyOf(draft.afterSwitch);
        this.drain = draft.drain;
        this.stop = draft.stop;
        this.images = draft.images;
    }

    /**
     * An application.
     *
     * @param project whose it is; a project of the CodeB
     * @param port the TCP port that it listens at in its container, 1 to 65535. It is published on a free port of the
     *     loopback address, so the switch and the CodeB are on the runtime's host
     * @param traffic says which version the requests go to
     * @return the application
     * @throws IllegalArgumentException when it is no project's name or no port
     */
    public static Application of(String project, int port, TrafficSwitch traffic) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("no port: " + port);
        }
        return new Application(new Draft(
                BackupRef.checkName("project", Objects.requireNonNull(project, "project")),
                port,
                Objects.requireNonNull(traffic, "traffic")));
    }

    /**
     * Says what its containers run on.
     *
     * @param config a runtime that makes containers
     * @return a changed copy
     */
    public Application on(RuntimeConfig config) {
        Draft draft = new Draft(this);
        draft.runtime = Objects.requireNonNull(config, "config");
        return new Application(draft);
    }

    /**
     * Says what its containers have beside their image: environment, secrets, network, volumes, limits. Two versions
     * run beside each other for a while, so what only one can have, such as a port of the host, is not for them.
     *
     * @param words changes the container; its name, its labels of CodeB and its port are set after that
     * @return a changed copy
     */
    public Application container(UnaryOperator<ContainerSpec> words) {
        Draft draft = new Draft(this);
        draft.container = Objects.requireNonNull(words, "words");
        return new Application(draft);
    }

    /**
     * Says what becomes of the database.
     *
     * @param request given the name of the new version's container, which runs when migrations do; asked more than
     *     once, and to answer the same
     * @return a changed copy
     */
    public Application guard(Function<String, GuardRequest> request) {
        Draft draft = new Draft(this);
        draft.guard = Objects.requireNonNull(request, "request");
        return new Application(draft);
    }

    /**
     * Says that it migrates the database by itself when it starts. Then a version is started only when the backup is
     * made and all migrations of the guard are done, and the database is rolled back if it does not get healthy.
     *
     * @return a changed copy
     */
    public Application migratingItself() {
        Draft draft = new Draft(this);
        draft.migratingItself = true;
        return new Application(draft);
    }

    /**
     * Says that a version is healthy when it answers a GET with a status of 200 to 299.
     *
     * @param path where, for example {@code /health}
     * @return a changed copy
     * @throws IllegalArgumentException when it does not begin with a slash
     */
    public Application healthy(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a path begins with /: " + path);
        }
        Draft draft = new Draft(this);
        draft.health = path;
        return new Application(draft);
    }

    /**
     * Says how long a version may take to get healthy.
     *
     * @param time more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public Application within(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("a version takes more than no time: " + time);
        }
        Draft draft = new Draft(this);
        draft.patience = time;
        return new Application(draft);
    }

    /**
     * Lets a version be kept only if a probe passes when the requests go to it already, for example of the address that
     * everybody uses. Otherwise they go to the old one again, and the database is rolled back.
     *
     * @param probe what is asked
     * @return a changed copy
     */
    public Application afterSwitch(Probe probe) {
        Draft draft = new Draft(this);
        draft.afterSwitch.add(Objects.requireNonNull(probe, "probe"));
        return new Application(draft);
    }

    /**
     * Says how the old version ends.
     *
     * @param drain how long it runs on for what was begun with it; zero or more
     * @param stop how long it may take to end when it was told to, to the second; zero or more
     * @return a changed copy
     * @throws IllegalArgumentException when one of them is less
     */
    public Application ending(Duration drain, Duration stop) {
        if (drain.isNegative() || stop.isNegative()) {
            throw new IllegalArgumentException("a time to end is at least zero: " + drain + ", " + stop);
        }
        Draft draft = new Draft(this);
        draft.drain = drain;
        draft.stop = stop;
        return new Application(draft);
    }

    /**
     * Says of how many releases the images stay. Those of older ones are removed when a new version serves, and cannot
     * be brought back any more; that of a version that serves, and of the one before it, never are. Without this word
     * they are those of the 20 releases that are known.
     *
     * @param releases 2 to 20, the one that serves among them
     * @return a changed copy
     * @throws IllegalArgumentException when it is another number
     */
    public Application keepingImages(int releases) {
        if (releases < 2 || releases > Releases.MOST) {
            throw new IllegalArgumentException("images of 2 to " + Releases.MOST + " releases stay, not " + releases);
        }
        Draft draft = new Draft(this);
        draft.images = releases;
        return new Application(draft);
    }

    /**
     * Whose it is.
     *
     * @return the project's name
     */
    public String project() {
        return project;
    }

    /**
     * Where it listens in its container.
     *
     * @return 1 to 65535
     */
    public int port() {
        return port;
    }

    /**
     * What says which version the requests go to.
     *
     * @return the switch
     */
    public TrafficSwitch traffic() {
        return traffic;
    }

    /**
     * What its containers run on.
     *
     * @return empty where that is the runtime of the project's database
     */
    public Optional<RuntimeConfig> runtime() {
        return Optional.ofNullable(runtime);
    }

    /**
     * Whether it migrates the database by itself.
     *
     * @return false unless it was said
     */
    public boolean isMigratingItself() {
        return migratingItself;
    }

    /**
     * Where it says that it is healthy.
     *
     * @return empty where it is enough that it takes connections
     */
    public Optional<String> health() {
        return Optional.ofNullable(health);
    }

    /**
     * How long a version may take to get healthy.
     *
     * @return more than zero
     */
    public Duration patience() {
        return patience;
    }

    /**
     * What must pass when the requests go to a version.
     *
     * @return in their order
     */
    public List<Probe> afterSwitch() {
        return afterSwitch;
    }

    /**
     * How long the old version runs on.
     *
     * @return zero or more
     */
    public Duration drain() {
        return drain;
    }

    /**
     * How long the old version may take to end.
     *
     * @return zero or more
     */
    public Duration stop() {
        return stop;
    }

    /**
     * Of how many releases the images stay.
     *
     * @return 2 to 20
     */
    public int images() {
        return images;
    }

    /** What becomes of the database, with a version in a container. */
    GuardRequest guard(String name) {
        return guard.apply(name);
    }

    /** A container of a version, but for its name, labels and port. */
    ContainerSpec container(String image) {
        return container.apply(ContainerSpec.of(image));
    }

    /** An application that is being changed; only this class sees one. */
    private static final class Draft {
        private final String project;
        private final int port;
        private final TrafficSwitch traffic;
        private final List<Probe> afterSwitch = new ArrayList<>();
        private @Nullable RuntimeConfig runtime;
        private UnaryOperator<ContainerSpec> container = UnaryOperator.identity();
        private Function<String, GuardRequest> guard;
        private boolean migratingItself;
        private @Nullable String health;
        private Duration patience = PATIENCE;
        private Duration drain = GRACE;
        private Duration stop = GRACE;
        private int images = Releases.MOST;

        Draft(String project, int port, TrafficSwitch traffic) {
            this.project = project;
            this.port = port;
            this.traffic = traffic;
            this.guard = unused -> GuardRequest.of(project);
        }

        Draft(Application application) {
            this(application.project, application.port, application.traffic);
            afterSwitch.addAll(application.afterSwitch);
            runtime = application.runtime;
            container = application.container;
            guard = application.guard;
            migratingItself = application.migratingItself;
            health = application.health;
            patience = application.patience;
            drain = application.drain;
            stop = application.stop;
            images = application.images;
        }
    }
}
