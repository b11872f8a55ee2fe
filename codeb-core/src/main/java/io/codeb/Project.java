package io.codeb;

import io.codeb.error.Finding;
import io.codeb.model.BackupRef;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import io.codeb.retention.RetentionPolicy;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.RuntimeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A named application and where its database lives. Immutable; each word answers a changed copy.
 *
 * <p>Without further words: database and user are named as the project, there is no password, the server is the one
 * that the programs find by themselves where they run (in a container, its own), on the engine's usual port.
 */
@CheckReturnValue
public final class Project {
    /** After how long without a byte a dump is given up where nothing else is said. */
    public static final Duration DEFAULT_IDLE_LIMIT = Duration.ofMinutes(30);

    /** The least that a run can be given, in bytes per second: a pause between two pieces then lasts a second. */
    public static final long LEAST_BANDWIDTH = 64 * 1024;

    private static final Pattern CONTAINER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}");

    private final String name;
    private final ProviderConfig engine;
    private final RuntimeConfig runtime;
    private final @Nullable RuntimeConfig drillRuntime;
    private final @Nullable String container;
    private final @Nullable String host;
    private final int port;
    private final String database;
    private final String user;
    private final @Nullable Secret password;
    private final @Nullable Path toolDirectory;
    private final Duration idleLimit;
    private final long bandwidth;
    private final boolean nice;
    private final Duration maxBackupAge;
    private final Map<String, Finding.Severity> lowered;
    private final @Nullable RetentionPolicy retention;

    private Project(Draft draft) {
        this.name = draft.name;
        this.engine = draft.engine;
        this.runtime = draft.runtime;
        this.drillRuntime = draft.drillRuntime;
        this.container = draft.container;
        this.host = draft.host;
        this.port = draft.port;
        this.database = draft.database;
        this.user = draft.user;
        this.password = draft.password;
        this.toolDirectory = draft.toolDirectory;
        this.idleLimit = draft.idleLimit;
        this.bandwidth = draft.bandwidth;
        this.nice = draft.nice;
        this.maxBackupAge = draft.maxBackupAge;
        this.lowered = draft.lowered;
        this.retention = draft.retention;
    }

    /**
     * A project with a PostgreSQL database.
     *
     * @param name lower-case letters, digits, {@code -} and {@code _}, at most 63; the folder of its backups
     * @return the project, whose container or server is still to be named
     * @throws IllegalArgumentException when this is no name
     */
    public static Project postgresql(String name) {
        return of("postgresql", name);
    }

    /**
     * A project with a database of any kind.
     *
     * @param engine the id of a {@link io.codeb.spi.engine.DatabaseEngineProvider}
     * @param name lower-case letters, digits, {@code -} and {@code _}, at most 63; the folder of its backups
     * @return the project, whose container or server is still to be named
     * @throws IllegalArgumentException when this is no name
     */
    public static Project of(String engine, String name) {
        return new Project(new Draft(
                BackupRef.checkName("project", name), ProviderConfig.of(Objects.requireNonNull(engine, "engine"))));
    }

    /**
     * The database lives in a container.
     *
     * @param nameOrId the container
     * @return a changed copy
     */
    public Project container(String nameOrId) {
        if (!CONTAINER.matcher(Objects.requireNonNull(nameOrId, "nameOrId")).matches()) {
            throw new IllegalArgumentException("not a container's name: '" + nameOrId + "'");
        }
        Draft draft = draft();
        draft.container = nameOrId;
        return new Project(draft);
    }

    /**
     * Sets an option of the database's engine.
     *
     * @param name as the engine's provider has it
     * @param value no secret: it may be shown
     * @return a changed copy
     */
    public Project option(String name, String value) {
        Draft draft = draft();
        draft.engine = engine.withOption(name, value);
        return new Project(draft);
    }

    /**
     * Hands a credential over to the database's engine. The user's password has a {@linkplain #password(Secret) word of
     * its own}.
     *
     * @param name as the engine's provider has it
     * @param secret where it comes from; read at each use
     * @return a changed copy
     */
    public Project secret(String name, Secret secret) {
        Draft draft = draft();
        draft.engine = engine.withSecret(name, secret);
        return new Project(draft);
    }

    /**
     * The container belongs to this runtime. Without this word it is Podman in its usual place.
     *
     * @param config which runtime, and where
     * @return a changed copy
     */
    public Project runtime(RuntimeConfig config) {
        Draft draft = draft();
        draft.runtime = Objects.requireNonNull(config, "config");
        return new Project(draft);
    }

    /**
     * Drills of this project's backups are made with this runtime, for example on another machine. Without this word it
     * is the one of the project's container, and where there is none there are no drills.
     *
     * @param config which runtime, and where; one that makes containers
     * @return a changed copy
     */
    public Project drillsIn(RuntimeConfig config) {
        Draft draft = draft();
        draft.drillRuntime = Objects.requireNonNull(config, "config");
        return new Project(draft);
    }

    /**
     * Where the server listens, as the programs that run beside it see it: inside the container, or on this host when
     * no container is named.
     *
     * @param hostName a name, an address, or a directory of Unix sockets
     * @param portNumber the port
     * @return a changed copy
     */
    public Project server(String hostName, int portNumber) {
        Objects.requireNonNull(hostName, "hostName");
        if (hostName.isBlank() || hostName.indexOf('\0') >= 0 || portNumber < 1 || portNumber > 65_535) {
            throw new IllegalArgumentException("not a server: '" + hostName + "' port " + portNumber);
        }
        Draft draft = draft();
        draft.host = hostName;
        draft.port = portNumber;
        return new Project(draft);
    }

    /**
     * Which database.
     *
     * @param databaseName exactly as the server has it
     * @return a changed copy
     */
    public Project database(String databaseName) {
        Draft draft = draft();
        draft.database = Names.checked("database", Objects.requireNonNull(databaseName, "databaseName"));
        return new Project(draft);
    }

    /**
     * As whom to connect.
     *
     * @param userName exactly as the server has it
     * @return a changed copy
     */
    public Project user(String userName) {
        Draft draft = draft();
        draft.user = Names.checked("user", Objects.requireNonNull(userName, "userName"));
        return new Project(draft);
    }

    /**
     * The user's password.
     *
     * @param secret where it comes from; read at each use
     * @return a changed copy
     */
    public Project password(Secret secret) {
        Draft draft = draft();
        draft.password = Objects.requireNonNull(secret, "secret");
        return new Project(draft);
    }

    /**
     * Where the database's programs are, if they are not on the search path of where they run.
     *
     * @param directory absolute, in the container or on this host
     * @return a changed copy
     */
    public Project tools(Path directory) {
        Draft draft = draft();
        draft.toolDirectory = Objects.requireNonNull(directory, "directory");
        return new Project(draft);
    }

    /**
     * After how long a dump without a byte is given up, and a restore that nothing has moved in: not while the server
     * says that it is at work, but while it waits for a lock, or answers nobody.
     *
     * @param limit zero for never
     * @return a changed copy
     */
    public Project idleLimit(Duration limit) {
        if (Objects.requireNonNull(limit, "limit").isNegative()) {
            throw new IllegalArgumentException("an idle limit is not negative");
        }
        Draft draft = draft();
        draft.idleLimit = limit;
        return new Project(draft);
    }

    /**
     * How much a backup or a restore may move between the database and here, over all connections of the run together,
     * counted before compression. At most a quarter of a second's bytes pass at once. Without this word it is as much
     * as can be.
     *
     * @param bytesPerSecond at least {@link #LEAST_BANDWIDTH}; 0 for as much as can be
     * @return a changed copy
     */
    public Project bandwidth(long bytesPerSecond) {
        if (bytesPerSecond != 0 && bytesPerSecond < LEAST_BANDWIDTH) {
            throw new IllegalArgumentException(
                    "a bandwidth is at least " + LEAST_BANDWIDTH + " bytes per second, or 0 for no limit");
        }
        Draft draft = draft();
        draft.bandwidth = bytesPerSecond;
        return new Project(draft);
    }

    /**
     * Lets everybody else go first: the database's programs run with the lowest priority that there is for processors
     * and disks, and a backup, a restore or a drill does one thing after the other, in small pieces. What the server
     * itself does for them keeps its own priority; a {@link #bandwidth(long)} limits that, and a drill's server has
     * limits of its own.
     *
     * @return a changed copy
     */
    public Project nice() {
        Draft draft = draft();
        draft.nice = true;
        return new Project(draft);
    }

    /**
     * How old the last backup may be when the next begins, which tells that backups were missed. Without this word
     * nothing is told.
     *
     * @param age zero for any
     * @return a changed copy
     */
    public Project maxBackupAge(Duration age) {
        if (Objects.requireNonNull(age, "age").isNegative()) {
            throw new IllegalArgumentException("an age is not negative");
        }
        Draft draft = draft();
        draft.maxBackupAge = age;
        return new Project(draft);
    }

    /**
     * Takes what the checks before a backup or a restore find less seriously, in every one of this project.
     *
     * @param finding its id, as docs/checks.md has it
     * @param most the gravest that it may be: {@code WARNING} lets runs be made, {@code INFO} tells nobody
     * @return a changed copy
     * @throws IllegalArgumentException when this is no id
     */
    public Project lower(String finding, Finding.Severity most) {
        Draft draft = draft();
        draft.lowered = Lowering.plus(lowered, finding, most);
        return new Project(draft);
    }

    /**
     * Which of its backups stay when they are pruned. Without this word the repository's policy says it.
     *
     * @param policy which
     * @return a changed copy
     */
    public Project retention(RetentionPolicy policy) {
        Draft draft = draft();
        draft.retention = Objects.requireNonNull(policy, "policy");
        return new Project(draft);
    }

    /**
     * The project's name.
     *
     * @return the folder of its backups
     */
    public String name() {
        return name;
    }

    /**
     * What the engine of its database is made with.
     *
     * @return the engine's id, options and secrets
     */
    public ProviderConfig engine() {
        return engine;
    }

    /**
     * What runs the database's programs.
     *
     * @return the runtime of the container, or {@code host} when no container is named
     */
    public RuntimeConfig runtime() {
        return container == null ? RuntimeConfig.of("host") : runtime;
    }

    /**
     * What drills are made with.
     *
     * @return empty where the project has no container, and nothing else was said
     */
    public Optional<RuntimeConfig> drillRuntime() {
        return Optional.ofNullable(drillRuntime).or(() -> container().map(named -> runtime));
    }

    /**
     * The container that the database lives in.
     *
     * @return empty when it lives on a host
     */
    public Optional<String> container() {
        return Optional.ofNullable(container);
    }

    /**
     * Where the server listens.
     *
     * @return empty for where the programs look by themselves
     */
    public Optional<String> host() {
        return Optional.ofNullable(host);
    }

    /**
     * The server's port.
     *
     * @return 1 to 65535, or 0 for the port that servers of this kind listen on by themselves
     */
    public int port() {
        return port;
    }

    /**
     * Which database.
     *
     * @return exactly as the server has it
     */
    public String database() {
        return database;
    }

    /**
     * As whom to connect.
     *
     * @return exactly as the server has it
     */
    public String user() {
        return user;
    }

    /**
     * The user's password.
     *
     * @return empty where the server asks for none
     */
    public Optional<Secret> password() {
        return Optional.ofNullable(password);
    }

    /**
     * Where the database's programs are.
     *
     * @return empty for the search path
     */
    public Optional<Path> tools() {
        return Optional.ofNullable(toolDirectory);
    }

    /**
     * After how long without a byte a dump is given up.
     *
     * @return zero for never
     */
    public Duration idleLimit() {
        return idleLimit;
    }

    /**
     * How much a backup or a restore may move between the database and here.
     *
     * @return bytes per second; 0 for as much as can be
     */
    public long bandwidth() {
        return bandwidth;
    }

    /**
     * Whether everybody else goes first.
     *
     * @return false unless {@link #nice()} was said
     */
    public boolean isNice() {
        return nice;
    }

    /**
     * How old the last backup may be when the next begins.
     *
     * @return zero for any
     */
    public Duration maxBackupAge() {
        return maxBackupAge;
    }

    /**
     * What is taken less seriously.
     *
     * @return the gravest that a finding may be, by its id
     */
    public Map<String, Finding.Severity> lowered() {
        return lowered;
    }

    /**
     * Which of its backups stay.
     *
     * @return empty where the repository says it
     */
    public Optional<RetentionPolicy> retention() {
        return Optional.ofNullable(retention);
    }

    private Draft draft() {
        Draft draft = new Draft(name, engine);
        draft.port = port;
        draft.runtime = runtime;
        draft.drillRuntime = drillRuntime;
        draft.container = container;
        draft.host = host;
        draft.database = database;
        draft.user = user;
        draft.password = password;
        draft.toolDirectory = toolDirectory;
        draft.idleLimit = idleLimit;
        draft.bandwidth = bandwidth;
        draft.nice = nice;
        draft.maxBackupAge = maxBackupAge;
        draft.lowered = lowered;
        draft.retention = retention;
        return draft;
    }

    private static final class Draft {
        private final String name;
        private ProviderConfig engine;
        private RuntimeConfig runtime = RuntimeConfig.of("podman");
        private @Nullable RuntimeConfig drillRuntime;
        private @Nullable String container;
        private @Nullable String host;
        private int port;
        private String database;
        private String user;
        private @Nullable Secret password;
        private @Nullable Path toolDirectory;
        private Duration idleLimit = DEFAULT_IDLE_LIMIT;
        private long bandwidth;
        private boolean nice;
        private Duration maxBackupAge = Duration.ZERO;
        private Map<String, Finding.Severity> lowered = Map.of();
        private @Nullable RetentionPolicy retention;

        private Draft(String name, ProviderConfig engine) {
            this.name = name;
            this.engine = engine;
            this.database = name;
            this.user = name;
        }
    }
}
