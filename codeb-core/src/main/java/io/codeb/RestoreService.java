package io.codeb;

import io.codeb.model.Cancellation;

/** Restores backups. Thread-safe. */
public interface RestoreService {
    /**
     * Restores, and returns when the database is there: loaded whole and its rows compared with what is on record.
     *
     * @param request what, and where to
     * @param cancellation ends it early
     * @return the database
     * @throws io.codeb.error.CancelledException when it was cancelled
     * @throws io.codeb.error.CodeBException when it failed; then the server holds what it held before
     */
    RestoreResult run(RestoreRequest request, Cancellation cancellation);

    /**
     * Restores, as {@link #run(RestoreRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request what, and where to
     * @return the database
     */
    default RestoreResult run(RestoreRequest request) {
        return run(request, new Cancellation());
    }
}
