package io.codeb;

import io.codeb.model.Cancellation;
import io.codeb.status.ProjectStatus;
import java.util.List;

/**
 * Tells how the backups of projects are. Thread-safe.
 *
 * <p>Nothing is cached: each manifest of a project is read, as {@link CatalogService#list(BackupQuery)} does. Who asks
 * often keeps the answer for a while.
 */
public interface StatusService {
    /**
     * Tells how a project's backups in a repository are.
     *
     * @param project its name; it need not be configured
     * @param repository the repository's name
     * @param cancellation ends it early
     * @return the status; a storage that does not answer is a problem in it
     * @throws IllegalArgumentException when no project can be named so
     * @throws io.codeb.error.ConfigException when there is no such repository
     */
    ProjectStatus of(String project, String repository, Cancellation cancellation);

    /**
     * Tells how all projects are that are configured, or have a folder in the first repository: each in that one.
     *
     * @param cancellation ends it early
     * @return the configured ones in their order, then the others by name; where the storage does not answer, the
     *     configured ones alone
     */
    List<ProjectStatus> all(Cancellation cancellation);

    /**
     * Tells how all projects are, as {@link #all(Cancellation)} does, and cannot be cancelled.
     *
     * @return one for each project
     */
    default List<ProjectStatus> all() {
        return all(new Cancellation());
    }
}
