package io.codeb;

import io.codeb.model.Cancellation;

/** Makes backups. Thread-safe. */
public interface BackupService {
    /**
     * Backs up, and returns when the backup exists: dumped, proven whole, durable, on record.
     *
     * @param request what
     * @param cancellation ends it early
     * @return the backup
     * @throws io.codeb.error.LockedException when another run backs this project up
     * @throws io.codeb.error.CancelledException when it was cancelled
     * @throws io.codeb.error.CodeBException when it failed; then no backup exists
     */
    BackupResult run(BackupRequest request, Cancellation cancellation);

    /**
     * Backs up, as {@link #run(BackupRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request what
     * @return the backup
     */
    default BackupResult run(BackupRequest request) {
        return run(request, new Cancellation());
    }

    /**
     * Backs up a project's whole database, as {@link #run(BackupRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param project its name
     * @return the backup
     */
    default BackupResult run(String project) {
        return run(BackupRequest.of(project));
    }
}
