package io.codeb;

import io.codeb.alert.AlertService;
import io.codeb.alert.Alerts;
import io.codeb.error.ConfigException;
import io.codeb.event.RunListener;
import io.codeb.internal.service.Assembly;
import io.codeb.internal.service.Services;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import io.codeb.spi.storage.StorageProvider;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The way in: repositories, the projects whose databases go there, and the services that work on them.
 *
 * <p>Thread-safe. Two instances share nothing. It starts no thread and connects to nothing until it is used, and
 * {@link #close()} ends all that it started.
 *
 * <pre>{@code
 * try (CodeB codeb = CodeB.builder()
 *         .repository(BackupRepository.at("local:/var/backups").zstd(3))
 *         .project(Project.postgresql("shop").container("shop-db").user("app").password(Secret.env("SHOP_PW")))
 *         .build()) {
 *     BackupResult backup = codeb.backups().run("shop");
 *     codeb.restores().run(RestoreRequest.of(backup.ref()).into("shop_copy"));
 * }
 * }</pre>
 */
public final class CodeB implements AutoCloseable {
    private final Services services;

    private CodeB(Services services) {
        this.services = services;
    }

    /**
     * Starts to put one together.
     *
     * @return a builder that still needs a repository
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes backups of the configured projects.
     *
     * @return thread-safe; not to be used after {@link #close()}
     */
    public BackupService backups() {
        return services.backups();
    }

    /**
     * Restores backups, and dumps of others, to the servers of the configured projects.
     *
     * @return thread-safe; not to be used after {@link #close()}
     */
    public RestoreService restores() {
        return services.restores();
    }

    /**
     * Lists, verifies, exports and deletes the backups of the repositories, whether or not their projects are
     * configured.
     *
     * @return thread-safe; not to be used after {@link #close()}
     */
    public CatalogService catalog() {
        return services.catalog();
    }

    /**
     * Proves that backups can be restored, by restoring them into containers that are thrown away.
     *
     * @return thread-safe; not to be used after {@link #close()}
     */
    public DrillService drills() {
        return services.drills();
    }

    /**
     * Tells which backups stay by a policy, and deletes the others.
     *
     * @return thread-safe; not to be used after {@link #close()}
     */
    public RetentionService retention() {
        return services.retention();
    }

    /**
     * Tells how the backups of projects are.
     *
     * @return thread-safe; not to be used after {@link #close()}
     */
    public StatusService status() {
        return services.status();
    }

    /**
     * Does what {@link Builder#schedule} has added when it is due.
     *
     * @return thread-safe; not to be used after {@link #close()}
     */
    public ScheduleService schedules() {
        return services.schedules();
    }

    /**
     * Looks into the databases of the configured projects, and asks them.
     *
     * @return thread-safe; not to be used after {@link #close()}
     */
    public DatabaseService databases() {
        return services.databases();
    }

    /**
     * Tells people what goes wrong, as {@link Builder#alerts} has it.
     *
     * @return thread-safe; not to be used after {@link #close()}
     */
    public AlertService alerts() {
        return services.alerts();
    }

    /**
     * Finds a project, for tools that work where its database is.
     *
     * @param name its name
     * @return as it was configured
     * @throws ConfigException when there is none of this name
     */
    public Project project(String name) {
        return services.project(Objects.requireNonNull(name, "name"));
    }

    /**
     * Finds what reaches containers, or this host, for tools that work where a project's database is.
     *
     * @param config which, and where, for example {@link Project#runtime()}
     * @return shared with all that is done here with the same, and closed with this: not to be closed by the caller
     * @throws ConfigException when there is no such runtime, or {@code CLOSED}
     */
    public ContainerRuntime runtime(RuntimeConfig config) {
        return services.runtime(Objects.requireNonNull(config, "config"));
    }

    /**
     * Opens the notes of an operation on a project that is made of several others, such as a deployment.
     *
     * @param project whose; it need not be configured
     * @param name names the operation: lower-case letters, digits, {@code -} and {@code _}, at most 63
     * @return to be closed
     * @throws IllegalArgumentException when one of them is no name
     * @throws io.codeb.error.LockedException while somebody has it open, and for up to 60 seconds after one has died of
     *     whom nobody here can tell
     * @throws io.codeb.error.IntegrityException when what lies there is none, or the first repository signs, and it is
     *     not signed with a key that is trusted there
     * @throws io.codeb.error.StorageException when the first repository does not answer
     */
    public Journal openJournal(String project, String name) {
        return services.openJournal(
                BackupRef.checkName("project", Objects.requireNonNull(project, "project")),
                BackupRef.checkName("journal", Objects.requireNonNull(name, "name")));
    }

    /**
     * Reads what was last noted in a journal, also while somebody has it open.
     *
     * @param project whose; it need not be configured
     * @param name of the journal
     * @return texts by name, as anybody may have written them who can write to the repository, unless it signs; empty
     *     where there are none
     * @throws IllegalArgumentException when one of them is no name
     * @throws io.codeb.error.IntegrityException when what lies there is none, or the first repository signs, and it is
     *     not signed with a key that is trusted there
     * @throws io.codeb.error.StorageException when the first repository does not answer
     */
    public Map<String, String> readJournal(String project, String name) {
        return services.readJournal(
                BackupRef.checkName("project", Objects.requireNonNull(project, "project")),
                BackupRef.checkName("journal", Objects.requireNonNull(name, "name")));
    }

    /**
     * Tries all that is configured, before the night does: that each repository keeps what is written through its
     * codecs and gives it back, that the programs of each project are there and fit its server, and that its user is
     * let in. Takes a second or so for each, and leaves nothing behind. Of a project whose database is still to be made
     * it says that there is none.
     *
     * @return what was proven, and what was not and why; nothing of this is thrown
     * @throws ConfigException {@code CLOSED} when this is closed
     */
    public CheckReport check() {
        return check(new Cancellation());
    }

    /**
     * As {@link #check()}, and can be ended early.
     *
     * @param cancellation ends it
     * @return what was proven, and what was not and why
     * @throws io.codeb.error.CancelledException when it was cancelled
     */
    public CheckReport check(Cancellation cancellation) {
        return services.check(Objects.requireNonNull(cancellation, "cancellation"));
    }

    /**
     * Makes the checks that each backup begins with, without the backup: what stands in its way, and what should be
     * known. Leaves nothing behind.
     *
     * @param request what would be backed up
     * @return what was found; also what cannot be reached is a finding, and is not thrown
     * @throws ConfigException when there is no such project or repository, or {@code CLOSED}
     */
    public PreflightReport check(BackupRequest request) {
        return check(request, new Cancellation());
    }

    /**
     * As {@link #check(BackupRequest)}, and can be ended early.
     *
     * @param request what would be backed up
     * @param cancellation ends it
     * @return what was found
     * @throws io.codeb.error.CancelledException when it was cancelled
     */
    public PreflightReport check(BackupRequest request, Cancellation cancellation) {
        return services.check(
                Objects.requireNonNull(request, "request"), Objects.requireNonNull(cancellation, "cancellation"));
    }

    /**
     * Makes the checks that each restore begins with, without the restore: what stands in its way, and what should be
     * known. Reads nothing of the backup but its manifest, unless the request says {@link
     * RestoreRequest#verifyingFirst()}; looks through a dump of others that can be opened again. Leaves nothing behind.
     *
     * @param request what would be restored, and where to
     * @return what was found; also what cannot be reached is a finding, and is not thrown
     * @throws ConfigException when there is no such project or repository, or {@code CLOSED}
     */
    public PreflightReport check(RestoreRequest request) {
        return check(request, new Cancellation());
    }

    /**
     * As {@link #check(RestoreRequest)}, and can be ended early.
     *
     * @param request what would be restored, and where to
     * @param cancellation ends it
     * @return what was found
     * @throws io.codeb.error.CancelledException when it was cancelled
     */
    public PreflightReport check(RestoreRequest request, Cancellation cancellation) {
        return services.check(
                Objects.requireNonNull(request, "request"), Objects.requireNonNull(cancellation, "cancellation"));
    }

    /**
     * Backs up on a thread of the library's own.
     *
     * @param request what
     * @return goes on; {@link #close()} ends it
     * @throws ConfigException {@code CLOSED} when this is closed
     */
    public Run<BackupResult> start(BackupRequest request) {
        return services.start(Objects.requireNonNull(request, "request"));
    }

    /**
     * Restores on a thread of the library's own.
     *
     * @param request what, and where to
     * @return goes on; {@link #close()} ends it
     * @throws ConfigException {@code CLOSED} when this is closed
     */
    public Run<RestoreResult> start(RestoreRequest request) {
        return services.start(Objects.requireNonNull(request, "request"));
    }

    /**
     * Makes a drill on a thread of the library's own.
     *
     * @param request which backup
     * @return goes on; {@link #close()} ends it
     * @throws ConfigException {@code CLOSED} when this is closed
     */
    public Run<DrillResult> start(DrillRequest request) {
        return services.start(Objects.requireNonNull(request, "request"));
    }

    /**
     * Ends what goes on: all runs and calls, whoever began them, are cancelled and waited for (at most 30 seconds),
     * listeners hear what is left, connections are closed. After it every call throws {@link ConfigException} with the
     * code {@code CLOSED}. Idempotent, never throws.
     */
    @Override
    public void close() {
        services.close();
    }

    /** Puts a {@link CodeB} together. Not thread-safe. */
    public static final class Builder {
        private final List<Project> projects = new ArrayList<>();
        private final List<ScheduledJob> jobs = new ArrayList<>();
        private final List<RunListener> listeners = new ArrayList<>();
        private final List<BackupRepository> repositories = new ArrayList<>();
        private final List<Object> extensions = new ArrayList<>();
        private ClassLoader classLoader = CodeB.class.getClassLoader();
        private Alerts alerts = Alerts.none();
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /**
         * Adds a place where backups rest. One is needed; the first is the default.
         *
         * @param repository its name must be new
         * @return this builder
         */
        public Builder repository(BackupRepository repository) {
            repositories.add(Objects.requireNonNull(repository, "repository"));
            return this;
        }

        /**
         * Adds a project.
         *
         * @param project its name must be new
         * @return this builder
         */
        public Builder project(Project project) {
            projects.add(Objects.requireNonNull(project, "project"));
            return this;
        }

        /**
         * Adds what is done for a project again and again, once {@link ScheduleService#start()} is called.
         *
         * @param job its name must be new
         * @return this builder
         */
        public Builder schedule(ScheduledJob job) {
            jobs.add(Objects.requireNonNull(job, "job"));
            return this;
        }

        /**
         * Adds who hears what runs report.
         *
         * @param listener called on a thread of its own
         * @return this builder
         */
        public Builder listener(RunListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Sets what is told when something goes wrong, and to whom; nobody unless said otherwise.
         *
         * @param all channels and limits
         * @return this builder
         */
        public Builder alerts(Alerts all) {
            alerts = Objects.requireNonNull(all, "all");
            return this;
        }

        /**
         * Sets where the time comes from; the system's clock unless said otherwise.
         *
         * @param source for ids, time stamps and leases
         * @return this builder
         */
        public Builder clock(Clock source) {
            clock = Objects.requireNonNull(source, "source");
            return this;
        }

        /**
         * Adds a storage, beside those that {@link java.util.ServiceLoader} finds.
         *
         * @param provider its id, the scheme, must be new
         * @return this builder
         */
        public Builder storage(StorageProvider provider) {
            return extension(provider);
        }

        /**
         * Adds a runtime, beside those that {@link java.util.ServiceLoader} finds.
         *
         * @param provider its id must be new
         * @return this builder
         */
        public Builder runtime(RuntimeProvider provider) {
            return extension(provider);
        }

        /**
         * Adds a kind of database, beside those that {@link java.util.ServiceLoader} finds.
         *
         * @param provider its id must be new
         * @return this builder
         */
        public Builder engine(DatabaseEngineProvider provider) {
            return extension(provider);
        }

        /**
         * Adds a kind of channel for alerts, beside those that {@link java.util.ServiceLoader} finds.
         *
         * @param provider its id must be new
         * @return this builder
         */
        public Builder alertChannel(AlertChannelProvider provider) {
            return extension(provider);
        }

        /**
         * Adds a codec, beside those that {@link java.util.ServiceLoader} finds.
         *
         * @param provider its id must be new
         * @return this builder
         */
        public Builder codec(CodecProvider provider) {
            return extension(provider);
        }

        /**
         * Wraps or replaces the service that makes backups, as those do that {@link java.util.ServiceLoader} finds.
         *
         * @param provider takes its place by its {@code order()}
         * @return this builder
         */
        public Builder backupService(BackupServiceProvider provider) {
            return extension(provider);
        }

        /**
         * Wraps or replaces the service that restores backups, as those do that {@link java.util.ServiceLoader} finds.
         *
         * @param provider takes its place by its {@code order()}
         * @return this builder
         */
        public Builder restoreService(RestoreServiceProvider provider) {
            return extension(provider);
        }

        private Builder extension(Object provider) {
            extensions.add(Objects.requireNonNull(provider, "provider"));
            return this;
        }

        /**
         * Sets where {@link java.util.ServiceLoader} looks for extensions; where CodeB itself is unless said otherwise.
         *
         * @param loader the class loader of a plug-in, for example
         * @return this builder
         */
        public Builder classLoader(ClassLoader loader) {
            classLoader = Objects.requireNonNull(loader, "loader");
            return this;
        }

        /**
         * Makes it, and the storages, codecs, runtimes and engines that it is told of. Connects to nothing.
         *
         * @return to be closed
         * @throws ConfigException when something is missing or contradicts itself, there is no implementation of
         *     something that is asked for, or one does not know an option or a secret
         */
        public CodeB build() {
            return new CodeB(Services.start(
                    new Assembly(repositories, projects, jobs, listeners, alerts, clock, extensions, classLoader)));
        }
    }
}
