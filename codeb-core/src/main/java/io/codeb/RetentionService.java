package io.codeb;

import io.codeb.model.Cancellation;
import io.codeb.retention.RetentionPlan;

/**
 * Tells which backups stay by a {@link io.codeb.retention.RetentionPolicy}, and deletes the others. Thread-safe.
 *
 * <p>The policy is that of the request, else that of the project, else that of the repository; where none of them has
 * one, nothing is deleted, and {@link io.codeb.error.ConfigException} says so.
 */
public interface RetentionService {
    /**
     * Tells what a {@link #prune} would do now, and why. Changes nothing.
     *
     * @param request whose backups, and where
     * @param cancellation ends it early
     * @return what becomes of each backup
     * @throws io.codeb.error.ConfigException when there is no policy, or no repository of that name
     * @throws io.codeb.error.StorageException when the storage does not answer
     */
    RetentionPlan plan(RetentionRequest request, Cancellation cancellation);

    /**
     * Tells what a {@link #prune} would do now, as {@link #plan(RetentionRequest, Cancellation)} does, and cannot be
     * cancelled.
     *
     * @param request whose backups, and where
     * @return what becomes of each backup
     */
    default RetentionPlan plan(RetentionRequest request) {
        return plan(request, new Cancellation());
    }

    /**
     * Tells what a {@link #prune} of a project's backups in the first repository would do now, and cannot be cancelled.
     *
     * @param project its name; it need not be configured where the repository has a policy
     * @return what becomes of each backup
     */
    default RetentionPlan plan(String project) {
        return plan(RetentionRequest.of(project));
    }

    /**
     * Deletes what the policy does not keep, as of the moment in which nobody else writes there any more: while this
     * runs it holds the project's lock. Each backup's manifest goes first, so that a prune that is cut leaves orphans
     * and no half of a backup. Then it removes what failed and killed runs of the project have left.
     *
     * <p>Listeners hear of it as {@link io.codeb.event.Operation#PRUNE}.
     *
     * @param request whose backups, and where
     * @param cancellation ends it early, between two backups: what was to go then is in the report
     * @return what was deleted, and what could not be and why
     * @throws io.codeb.error.ConfigException when there is no policy, or no repository of that name
     * @throws io.codeb.error.LockedException while a backup of the project is made or deleted; nothing is deleted then
     * @throws io.codeb.error.StorageException when the storage does not answer; nothing is deleted then
     */
    PruneReport prune(RetentionRequest request, Cancellation cancellation);

    /**
     * Deletes what the policy does not keep, as {@link #prune(RetentionRequest, Cancellation)} does, and cannot be
     * cancelled.
     *
     * @param request whose backups, and where
     * @return what was deleted
     */
    default PruneReport prune(RetentionRequest request) {
        return prune(request, new Cancellation());
    }

    /**
     * Deletes what the policy does not keep of a project's backups in the first repository, and cannot be cancelled.
     *
     * @param project its name; it need not be configured where the repository has a policy
     * @return what was deleted
     */
    default PruneReport prune(String project) {
        return prune(RetentionRequest.of(project));
    }
}
