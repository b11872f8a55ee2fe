package io.codeb;

import io.codeb.error.ConfigException;
import io.codeb.event.EventListener;
import io.codeb.internal.service.Services;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way in: a repository, the projects whose databases go there, and the services that work on them.
 *
 * <p>Thread-safe. Two instances share nothing. It starts no thread and connects to nothing until it is used, and
 * {@link #close()} ends all that it started.
 *
 * <pre>{@code
 * try (CodeB codeb = CodeB.builder()
 *         .repository(Repository.at("local:/var/backups").zstd(3))
 *         .project(Project.postgresql("shop").container("shop-db").user("app").password(Secret.env("SHOP_PW")))
 *         .build()) {
 *     BackupResult backup = codeb.backups().run("shop");
 *     codeb.restores().run(RestoreRequest.of(backup.id()).into("shop_copy"));
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
     * Makes backups.
     *
     * @return always the same service
     */
    public BackupService backups() {
        return services.backups();
    }

    /**
     * Restores backups.
     *
     * @return always the same service
     */
    public RestoreService restores() {
        return services.restores();
    }

    /**
     * Knows the backups that there are.
     *
     * @return always the same service
     */
    public CatalogService catalog() {
        return services.catalog();
    }

    /**
     * Looks into databases.
     *
     * @return always the same service
     */
    public DatabaseService databases() {
        return services.databases();
    }

    /**
     * Ends what was started: asynchronous runs are cancelled and waited for, listeners hear what is left, connections are
     * closed. Runs that other threads are in must have ended. Idempotent, never throws.
     */
    @Override
    public void close() {
        services.close();
    }

    /** Puts a {@link CodeB} together. Not thread-safe. */
    public static final class Builder {
        private final List<Project> projects = new ArrayList<>();
        private final List<EventListener> listeners = new ArrayList<>();
        private @Nullable Repository repository;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /**
         * Sets where backups rest. Needed.
         *
         * @param where the repository
         * @return this builder
         */
        public Builder repository(Repository where) {
            repository = Objects.requireNonNull(where);
            return this;
        }

        /**
         * Adds a project.
         *
         * @param project its name must be new
         * @return this builder
         */
        public Builder project(Project project) {
            projects.add(Objects.requireNonNull(project));
            return this;
        }

        /**
         * Adds who hears what runs report.
         *
         * @param listener called on a thread of its own
         * @return this builder
         */
        public Builder listener(EventListener listener) {
            listeners.add(Objects.requireNonNull(listener));
            return this;
        }

        /**
         * Sets where the time comes from; the system's clock unless said otherwise.
         *
         * @param source for ids, time stamps and leases
         * @return this builder
         */
        public Builder clock(Clock source) {
            clock = Objects.requireNonNull(source);
            return this;
        }

        /**
         * Makes it.
         *
         * @return to be closed
         * @throws ConfigException when something is missing, contradicts itself, or no implementation is on the class
         *     path
         */
        public CodeB build() {
            if (repository == null) {
                throw new ConfigException("there is no repository", "say where backups rest with repository(…)");
            }
            return new CodeB(Services.start(repository, List.copyOf(projects), List.copyOf(listeners), clock));
        }
    }
}
